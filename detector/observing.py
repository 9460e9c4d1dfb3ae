"""What the flow tells whoever watches it: values, so that the core knows no metrics library."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from detector.errors import Reason, Stage
from detector.events import EventKind
from detector.outcomes import Delivery
from detector.records import Partition
from detector.verdicts import Label


class StageTimed(NamedTuple):
    """One event spent so many seconds in one stage: decode, prepare, or wait."""

    stage: str
    seconds: float


class BatchScored(NamedTuple):
    """The model read a batch: windows, their tokens, the tokens it computed with padding, and how long it took."""

    windows: int
    tokens: int
    padded_tokens: int
    seconds: float


class EventJudged(NamedTuple):
    """A verdict was reached."""

    kind: EventKind
    label: Label
    score: float


class EventRejected(NamedTuple):
    """A record became a dead letter."""

    kind: EventKind
    stage: Stage
    reason: Reason


class Observer(Protocol):
    """Whoever watches. Calls come from the thread that drives the pipeline and must not block."""

    def timed(self, fact: StageTimed) -> None:
        """A stage was passed."""

    def scored(self, fact: BatchScored) -> None:
        """A batch was scored."""

    def judged(self, fact: EventJudged) -> None:
        """A verdict was reached."""

    def rejected(self, fact: EventRejected) -> None:
        """A record was rejected."""


class NullObserver:
    """Watches nothing."""

    def timed(self, fact: StageTimed) -> None:
        """Ignore it."""

    def scored(self, fact: BatchScored) -> None:
        """Ignore it."""

    def judged(self, fact: EventJudged) -> None:
        """Ignore it."""

    def rejected(self, fact: EventRejected) -> None:
        """Ignore it."""


class EngineObserver(Observer, Protocol):
    """What an engine tells beyond the pipeline's own facts."""

    def delivered(self, delivery: Delivery, seconds: float, now: float) -> None:
        """Outcomes are written and their offsets committed; `now` is epoch seconds."""

    def refused(self) -> None:
        """A delivery was rolled back and will be tried again."""

    def rebalanced(self, partitions: int) -> None:
        """The worker owns so many partitions now."""

    def lagging(self, lag: Mapping[Partition, int]) -> None:
        """Records that are in each owned partition and not yet committed."""

    def in_flight(self, records: int) -> None:
        """Records between reading and delivery."""

    def held_back(self, *, paused: bool) -> None:
        """Reading was paused because memory is full, or resumed."""
