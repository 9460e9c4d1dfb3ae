"""What is run, how often and for how long."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

from detector.bench.arrivals import Arrivals
from detector.bench.article import ARTICLE_RATE
from detector.bench.engines.variants import Model, Take, Variant

BUSY_RATE = 200.0


class Turn(NamedTuple):
    """One worker's turn."""

    round: int
    model: Model
    variant: Variant


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole run. `samples` are a rate's over all rounds, or more where they would last less than `seconds` a round.

    `backlog` is in events, `words` in words a message.
    """

    variants: Sequence[Variant] = tuple(Variant)
    models: Sequence[Model] = tuple(Model)
    rates: Sequence[float] = (ARTICLE_RATE, BUSY_RATE)
    arrivals: Arrivals = Arrivals.POISSON
    rounds: int = 3
    samples: int = 300
    seconds: float = 4.0
    backlog: Mapping[Model, int] = field(default_factory=lambda: {Model.SHIPPED: 800, Model.NONE: 8000})
    words: int = 30
    seed: int = 1
    take: Take = field(default_factory=Take)

    def turns(self) -> Iterator[Turn]:
        """Variants by turns, A B C A B C, so that what slows the machine for a while does not slow one of them alone."""
        for number in range(self.rounds):
            for model in self.models:
                for variant in self.variants:
                    yield Turn(number, model, variant)

    def events(self, rate: float) -> int:
        """How many events are counted at a rate in one round."""
        return max(math.ceil(self.samples / self.rounds), math.ceil(rate * self.seconds))

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""About ten minutes on two cores; 300 samples at the least."""

QUICK = Plan(rounds=1, samples=50, seconds=2.0, backlog={Model.SHIPPED: 300, Model.NONE: 4000})
"""About two minutes, for a first look: its p99s rest on too little."""
