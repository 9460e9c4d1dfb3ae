"""Which Python runs which peer: their libraries do not all fit into one environment."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from detector.bench.peers.contenders import PROGRAMS, Contender, Program, Race

_CHECKOUT = Path(__file__).resolve().parents[3]
NEARBY = tuple(_CHECKOUT / name / "bin" / "python" for name in (".venv-peers", ".venv-train"))
"""Made by `make peers` and `make train`."""

_ASK = """
import sys
from importlib.util import find_spec
print(*(name for name in sys.argv[1:] if find_spec(name)))
"""
_ANSWER_SECONDS = 30.0


def interpreters(named: Sequence[Path]) -> Sequence[Path]:
    """Where to look for a peer's library, in order: those named, this one, and what make has put beside the package."""
    return [*named, Path(sys.executable), *(each for each in NEARBY if each.exists())]


def commands(pythons: Sequence[Path]) -> Mapping[tuple[Race, Contender], Sequence[str]]:
    """What starts each peer in each race that it enters, with the first Python that has its library.

    A peer whose library none has is not among them.
    """
    has = {python: _libraries(python) for python in pythons}
    found: dict[tuple[Race, Contender], Sequence[str]] = {}
    for contender, program in PROGRAMS.items():
        python = next((each for each in pythons if {program.library, "detector"} <= has[each]), None)
        if python is not None:
            found |= {(race, contender): _command(python, program, race) for race in program.arguments}
    return found


def _command(python: Path, program: Program, race: Race) -> Sequence[str]:
    return (str(python), "-m", f"{__package__}.{program.module}", *program.arguments[race])


def _libraries(python: Path) -> set[str]:
    """Those of the peers that it can import."""
    asked = sorted({"detector", *(program.library for program in PROGRAMS.values())})
    try:
        done = subprocess.run(
            [python, "-c", _ASK, *asked], capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return set()
    return set(done.stdout.split())
