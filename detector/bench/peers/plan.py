"""Who runs against whom, how often and on how much."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from detector.bench.peers.contenders import Contender, Race
from detector.bench.stream.plan import Search

ENTRANTS: Mapping[Race, Sequence[Contender]] = {
    Race.MODEL: list(Contender),
    Race.ENGINE: [
        Contender.PRODUCT,
        Contender.PRODUCT_AT_LEAST_ONCE,
        Contender.QUIX,
        Contender.QUIX_EXACTLY_ONCE,
    ],
}


def entrants(only: Collection[Contender], races: Collection[Race]) -> Mapping[Race, Sequence[Contender]]:
    """Who enters which of the races: all, or the product and `only` these; a race that none of them enters is left out."""
    chosen = set(only or Contender)
    return {
        race: [each for each in ENTRANTS[race] if each in {Contender.PRODUCT, *chosen}]
        for race in Race
        if race in (races or Race) and chosen & set(ENTRANTS[race])
    }


class Turn(NamedTuple):
    """One process's turn."""

    round: int
    race: Race
    contender: Contender


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole run. `backlog` is in events, of `size` bytes in the race without a model.

    `search` finds the highest rate at which the product keeps its promise; its peers have only their backlog to work off.
    """

    entrants: Mapping[Race, Sequence[Contender]] = field(default_factory=lambda: dict(ENTRANTS))
    rounds: int = 3
    backlog: Mapping[Race, int] = field(default_factory=lambda: {Race.MODEL: 384, Race.ENGINE: 80_000})
    size: int = 300
    search: Search | None = field(default_factory=lambda: Search(seconds=5.0, resolution=0.1))
    seed: int = 1

    def turns(self) -> Iterator[Turn]:
        """Everyone in every round, so that what slows the machine for a while does not slow one of them alone."""
        for number in range(self.rounds):
            for race, entrants in self.entrants.items():
                yield from (Turn(number, race, contender) for contender in entrants)

    def without(self, commands: Collection[tuple[Race, Contender]]) -> Sequence[Contender]:
        """Entrants for whom there is no command, in order."""
        entrants = [(race, each) for race, entrants in self.entrants.items() for each in entrants]
        return list(dict.fromkeys(each for race, each in entrants if (race, each) not in commands))

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""About ten minutes on two cores."""

QUICK = Plan(
    rounds=1,
    backlog={Race.MODEL: 256, Race.ENGINE: 40_000},
    search=Search(seconds=2.0, samples=40, resolution=0.2),
)
"""About three minutes, for a first look."""
