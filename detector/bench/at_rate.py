"""How events at one rate went, over all rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from detector.bench.life import Paced
from detector.bench.report import rounded
from detector.bench.samples import Latency, Spread
from detector.demo.statistics import percentile


@dataclass(frozen=True, slots=True)
class AtRate:
    """How a worker does at a rate; `late_ms` is how late 99 % of the events were sent at the most."""

    latency: Latency | None
    cpu_ms: Spread | None
    late_ms: float
    samples_ms: Sequence[float]

    @classmethod
    def of(cls, rounds: Sequence[Paced]) -> Self:
        """From what each round gave."""
        return cls(
            Latency.of([each.latencies_ms for each in rounds]),
            Spread.of([each.cpu_ms for each in rounds]),
            percentile([value for each in rounds for value in each.late_ms], 0.99),
            [value for each in rounds for value in each.latencies_ms],
        )

    def as_json(self, *, overrun: bool) -> dict[str, Any]:
        """Ready for `json.dumps`; what could not be taken is null. `overrun`: the rate is more than is sustained."""
        nothing: dict[str, Any] = {"samples": 0, "p50_ms": None, "p99_ms": None}
        return {
            **(nothing if self.latency is None else self.latency.as_json()),
            "cpu_ms_per_event": None if self.cpu_ms is None else self.cpu_ms.as_json(),
            "sent_late_p99_ms": rounded(self.late_ms),
            "overrun": overrun,
        }
