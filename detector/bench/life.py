"""What comes of a worker on the bench."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Drained:
    """How a backlog went, from the first verdicts to the last.

    The events whose verdicts were the first to be seen are not among `events`: how long they took is not known.
    """

    events: int
    seconds: float
    cpu_seconds: float

    @property
    def rate(self) -> float | None:
        """Events per second; None of a backlog so short that all verdicts came at once."""
        return self.events / self.seconds if self.events else None

    @property
    def cpu_ms(self) -> float | None:
        """Processor time per event."""
        return 1000 * self.cpu_seconds / self.events if self.events else None


@dataclass(frozen=True, slots=True)
class Paced:
    """How events at a rate went: the latency of each, how late the generator sent each, and the worker's work."""

    latencies_ms: Sequence[float]
    late_ms: Sequence[float]
    cpu_seconds: float

    @property
    def cpu_ms(self) -> float:
        """Processor time per event, with what the worker spends while it waits."""
        return 1000 * self.cpu_seconds / len(self.latencies_ms)


@dataclass(frozen=True, slots=True)
class Life:
    """What became of one worker; every event had a verdict, or there would be no `Life`.

    `parts_us` is what an event cost in each part of it; see `detector.bench.parts`.
    """

    drained: Drained
    paced: Mapping[float, Paced]
    peak_bytes: int
    events: int
    repeated: int
    parts_us: Mapping[str, float] = field(default_factory=dict)
