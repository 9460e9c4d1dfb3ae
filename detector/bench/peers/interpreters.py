"""Which Python runs which peer."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from detector.bench.interpreters import libraries
from detector.bench.peers.contenders import PROGRAMS, Contender, Program, Race


def commands(pythons: Sequence[Path]) -> Mapping[tuple[Race, Contender], Sequence[str]]:
    """What starts each peer in each race that it enters, with the first Python that has its library.

    A peer whose library none has is not among them.
    """
    asked = {"detector", *(program.library for program in PROGRAMS.values())}
    has = {python: libraries(python, asked) for python in pythons}
    found: dict[tuple[Race, Contender], Sequence[str]] = {}
    for contender, program in PROGRAMS.items():
        python = next((each for each in pythons if {program.library, "detector"} <= has[each]), None)
        if python is not None:
            found |= {(race, contender): _command(python, program, race) for race in program.arguments}
    return found


def _command(python: Path, program: Program, race: Race) -> Sequence[str]:
    return (str(python), "-m", f"{__package__}.{program.module}", *program.arguments[race])
