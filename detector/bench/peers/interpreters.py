"""Which Python runs which peer."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from detector.bench.interpreters import libraries, versions
from detector.bench.peers.contenders import PROGRAMS, Contender, Program, Race

Commands = Mapping[tuple[Race, Contender], Sequence[str]]


def commands(pythons: Sequence[Path]) -> Commands:
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


def versions_of(contenders: Collection[Contender], commands: Commands) -> Mapping[Contender, Mapping[str, str]]:
    """What each peer that is started runs with; it need not be what this process has."""
    started = {contender: command for (_, contender), command in commands.items() if contender in contenders}
    return {
        contender: versions(Path(command[0]), PROGRAMS[contender].distributions)
        for contender, command in started.items()
        if contender in PROGRAMS
    }


def _command(python: Path, program: Program, race: Race) -> Sequence[str]:
    return (str(python), "-m", f"{__package__}.{program.module}", *program.arguments[race])
