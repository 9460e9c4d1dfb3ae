"""Which Pythons there are, and which libraries each has: they do not all fit into one environment."""

import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parents[2]
NEARBY = tuple(_CHECKOUT / name / "bin" / "python" for name in (".venv-peers", ".venv-train"))
"""Made by `make bench-peers`."""

_ASK = """
import sys
from importlib.util import find_spec
print(*(name for name in sys.argv[1:] if find_spec(name)))
"""
_ASK_VERSIONS = """
import sys
from importlib.metadata import PackageNotFoundError, version
for name in sys.argv[1:]:
    try:
        print(name, version(name))
    except PackageNotFoundError:
        pass
"""
_ANSWER_SECONDS = 30.0


def interpreters(named: Sequence[Path]) -> Sequence[Path]:
    """Where to look for a library, in order: those named, this one, and what make has put beside the package.

    Made absolute, since what is started runs elsewhere, but not resolved: an environment's Python is a link out of it.
    """
    return [*(each.absolute() for each in named), Path(sys.executable), *(each for each in NEARBY if each.exists())]


def libraries(python: Path, asked: Collection[str]) -> set[str]:
    """Those of the `asked` that it can import; it does not see the checkout just because it is asked from there."""
    return set(_answer(python, _ASK, sorted(asked)).split())


def versions(python: Path, distributions: Collection[str]) -> Mapping[str, str]:
    """Of those distributions that are installed there, in the order asked."""
    lines = _answer(python, _ASK_VERSIONS, distributions).splitlines()
    return dict(line.split(" ", 1) for line in lines)


def _answer(python: Path, question: str, names: Collection[str]) -> str:
    """Empty from what is no Python."""
    try:
        done = subprocess.run(
            [python, "-I", "-c", question, *names], capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
