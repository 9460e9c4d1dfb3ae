"""What many measured values come to, and how much they can carry."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Self

from detector.bench.report import rounded
from detector.demo.statistics import percentile

ENOUGH = 300
"""Samples from which a p99 is worth its name: then three lie beyond it. On fewer it is little more than the maximum."""


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of what the rounds gave, and the least and the most of it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self | None:
        """None of none."""
        return cls(median(values), min(values), max(values)) if values else None

    def as_json(self) -> dict[str, float | None]:
        """Ready for `json.dumps`."""
        return {name: rounded(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Latency:
    """Percentiles in ms over the samples of all rounds together, and how far single rounds lie apart."""

    samples: int
    p50: float
    p99: float
    p50_of_rounds: Spread
    p99_of_rounds: Spread

    @classmethod
    def of(cls, rounds: Sequence[Sequence[float]]) -> Self | None:
        """From each round's samples; rounds without any are left out, and None is of none."""
        sampled = [each for each in rounds if each]
        p50 = Spread.of([percentile(each, 0.5) for each in sampled])
        p99 = Spread.of([percentile(each, 0.99) for each in sampled])
        if p50 is None or p99 is None:
            return None
        together = [value for each in sampled for value in each]
        return cls(len(together), percentile(together, 0.5), percentile(together, 0.99), p50, p99)

    @property
    def thin(self) -> bool:
        """Whether there are too few samples for the p99 to be relied on."""
        return self.samples < ENOUGH

    def as_json(self) -> dict[str, Any]:
        """Ready for `json.dumps`."""
        return {
            "samples": self.samples,
            "p50_ms": rounded(self.p50),
            "p99_ms": rounded(self.p99),
            "p50_ms_of_rounds": self.p50_of_rounds.as_json(),
            "p99_ms_of_rounds": self.p99_of_rounds.as_json(),
        }
