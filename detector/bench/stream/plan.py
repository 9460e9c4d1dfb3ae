"""What is sent, at which rates, how often and for how long."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from detector.bench.arrivals import Arrivals, Pace
from detector.bench.article import ARTICLE_RATE
from detector.bench.mixes import Mix
from detector.demo.statistics import PROMISE_MS
from detector.settings import Delivery
from detector.settings.model import PREFIX

DELIVERIES = (Delivery.EXACTLY_ONCE, Delivery.AT_LEAST_ONCE)


class Subject(NamedTuple):
    """What has a row: a mix, a guarantee, and which of the plan's variants of settings."""

    mix: Mix
    delivery: Delivery
    variant: int = 0


class Turn(NamedTuple):
    """One worker's turn."""

    round: int
    subject: Subject


@dataclass(frozen=True, slots=True)
class Search:
    """How the highest rate is looked for that keeps p99 at `limit_ms`: each trial lasts `seconds`, or `samples` events.

    It ends when rates that pass and fail are no further apart than the share `resolution`.
    """

    limit_ms: float = PROMISE_MS
    seconds: float = 10.0
    samples: int = 150
    resolution: float = 0.05

    def events(self, rate: float) -> int:
        """How many events one trial has."""
        return max(self.samples, math.ceil(rate * self.seconds))


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole run. `samples` are a rate's over all rounds; `backlog` is in events; `variants` are workers' settings."""

    mixes: Sequence[Mix] = tuple(Mix)
    deliveries: Sequence[Delivery] = DELIVERIES
    variants: Sequence[Mapping[str, str]] = field(default_factory=lambda: ({},))
    rates: Sequence[float] = (ARTICLE_RATE, 2 * ARTICLE_RATE)
    arrivals: Sequence[Arrivals] = tuple(Arrivals)
    rounds: int = 3
    samples: int = 300
    backlog: Mapping[Mix, int] = field(default_factory=lambda: {Mix.LISTINGS_512: 150, Mix.REALISTIC: 600})
    search: Search | None = field(default_factory=Search)
    seed: int = 1

    def subjects(self) -> Sequence[Subject]:
        """The rows."""
        return [
            Subject(mix, delivery, variant)
            for mix in self.mixes
            for delivery in self.deliveries
            for variant in range(len(self.variants))
        ]

    def turns(self) -> Iterator[Turn]:
        """All rows in every round, so that what slows the machine for a while does not slow one of them alone."""
        return (Turn(number, subject) for number in range(self.rounds) for subject in self.subjects())

    def paces(self, number: int) -> Sequence[Pace]:
        """Of a round: each rate with each kind of arrivals."""
        return [Pace(rate, arrivals, self.seed + number) for rate in self.rates for arrivals in self.arrivals]

    @property
    def events(self) -> int:
        """How many events are counted at a pace in one round."""
        return math.ceil(self.samples / self.rounds)

    def title(self, variant: int) -> str:
        """What sets a variant apart; nothing where there is but one and it has no settings."""
        settings = self.variants[variant].items()
        if settings or len(self.variants) == 1:
            return ", ".join(f"{name.removeprefix(PREFIX).lower()}={value}" for name, value in settings)
        return "as shipped"

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""About twenty minutes on two cores; 300 samples at the least."""

QUICK = Plan(
    rates=(ARTICLE_RATE,),
    rounds=1,
    samples=40,
    backlog={Mix.LISTINGS_512: 40, Mix.REALISTIC: 200},
    search=Search(seconds=2.0, samples=40, resolution=0.2),
)
"""About two minutes, for a first look: its p99s rest on too little."""
