"""Who runs against whom, how often and on how much."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from detector.bench.peers.contenders import Contender, Race
from detector.bench.stream.plan import Search

ENTRANTS: Mapping[Race, Sequence[Contender]] = {
    Race.MODEL: tuple(Contender),
    Race.ENGINE: (
        Contender.PRODUCT,
        Contender.PRODUCT_AT_LEAST_ONCE,
        Contender.QUIX,
        Contender.QUIX_EXACTLY_ONCE,
    ),
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
    backlog: Mapping[Race, int] = field(default_factory=lambda: {Race.MODEL: 512, Race.ENGINE: 100_000})
    size: int = 300
    search: Search | None = field(default_factory=lambda: Search(seconds=5.0, resolution=0.1))
    seed: int = 1

    def turns(self) -> Iterator[Turn]:
        """Everyone in every round, so that what slows the machine for a while does not slow one of them alone."""
        for number in range(self.rounds):
            for race, entrants in self.entrants.items():
                yield from (Turn(number, race, contender) for contender in entrants)

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
"""About two minutes, for a first look."""
