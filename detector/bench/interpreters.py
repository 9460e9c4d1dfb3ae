"""Which Pythons there are, and which libraries each has: they do not all fit into one environment."""

import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
NEARBY = tuple(_CHECKOUT / name / "bin" / "python" for name in (".venv-peers", ".venv-train"))
"""Made by `make bench-peers`."""

_ASK = """
import sys
from importlib.util import find_spec
print(*(name for name in sys.argv[1:] if find_spec(name)))
"""
_ANSWER_SECONDS = 30.0


def interpreters(named: Sequence[Path]) -> Sequence[Path]:
    """Where to look for a library, in order: those named, this one, and what make has put beside the package.

    Made absolute, since what is started runs elsewhere, but not resolved: an environment's Python is a link out of it.
    """
    return [*(each.absolute() for each in named), Path(sys.executable), *(each for each in NEARBY if each.exists())]


def libraries(python: Path, asked: Collection[str]) -> set[str]:
    """Those of the `asked` that it can import; it does not see the checkout just because it is asked from there."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", _ASK, *sorted(asked)],
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return set()
    return set(done.stdout.split())
