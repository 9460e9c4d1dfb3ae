"""What the flow tells whoever watches it: values, so that the core knows no metrics library."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from detector.deadletters import BrakeFill
from detector.errors import Reason, Stage
from detector.events import EventKind
from detector.outcomes import Delivery
from detector.records import Partition, Record
from detector.traces import Trace
from detector.verdicts import Label


class StageTimed(NamedTuple):
    """One event spent so many seconds in one stage: decode, prepare, wait, or aggregate."""

    stage: str
    seconds: float
    trace: Trace | None = None


class BatchScored(NamedTuple):
    """The model read a batch: windows, their tokens, the tokens it computed with padding, and how long it took.

    `traces` are those of the windows' events; an event with several windows may come several times. Of the windows the
    model's first stage `cleared` so many, and so many it read `whole`; any others it could not score. The model
    reads up to `readers` batches at a time.
    """

    windows: int
    tokens: int
    padded_tokens: int
    seconds: float
    traces: Sequence[Trace] = ()
    cleared: int = 0
    whole: int = 0
    readers: int = 1


class WindowsRecalled(NamedTuple):
    """Of an event's windows so many had a score from an earlier text, or share one on its way; others go to the model."""

    known: int
    new: int


class EventJudged(NamedTuple):
    """A verdict was reached."""

    kind: EventKind
    label: Label
    score: float
    trace: Trace | None = None


class EventRejected(NamedTuple):
    """A record became a dead letter."""

    kind: EventKind
    stage: Stage
    reason: Reason
    trace: Trace | None = None


class Lag(NamedTuple):
    """How far a worker is behind in one partition.

    `records` are all that are not yet delivered, read or not; `seconds` is the age of the oldest one that is read.
    """

    records: int
    seconds: float


Part = Literal["read", "judge", "score", "deliver"]
"""Whose time is told: what reads, what judges (all but the model's run), the model, what writes and commits.

`judge` and `score` are told by `timed` and `scored`, the others by an engine.
"""


class Observer(Protocol):
    """Whoever watches. Calls come from the thread that drives the pipeline and must not block."""

    def follow(self, record: Record) -> Trace | None:
        """A record came in; what is returned goes with it to its outcome. None: it is not followed."""

    def timed(self, fact: StageTimed) -> None:
        """A stage was passed."""

    def scored(self, fact: BatchScored) -> None:
        """A batch was scored."""

    def recalled(self, fact: WindowsRecalled) -> None:
        """An event's windows were looked up among those scored before."""

    def judged(self, fact: EventJudged) -> None:
        """A verdict was reached."""

    def rejected(self, fact: EventRejected) -> None:
        """A record was rejected."""

    def dropped(self, trace: Trace) -> None:
        """A followed record leaves without an outcome: another worker has its partition, or nobody waits for it."""


class NullObserver:
    """Watches nothing."""

    def follow(self, record: Record) -> None:
        """Follow none."""

    def timed(self, fact: StageTimed) -> None:
        """Ignore it."""

    def scored(self, fact: BatchScored) -> None:
        """Ignore it."""

    def recalled(self, fact: WindowsRecalled) -> None:
        """Ignore it."""

    def judged(self, fact: EventJudged) -> None:
        """Ignore it."""

    def rejected(self, fact: EventRejected) -> None:
        """Ignore it."""

    def dropped(self, trace: Trace) -> None:
        """Ignore it."""


class EngineObserver(Observer, Protocol):
    """What an engine tells beyond the pipeline's own facts."""

    def delivered(self, delivery: Delivery, seconds: float, now: float) -> None:
        """Outcomes are written and their offsets committed; `now` is epoch seconds."""

    def refused(self) -> None:
        """A delivery was rolled back and will be tried again."""

    def began_anew(self) -> None:
        """Clients that the cluster no longer answered were replaced; nothing is owned or in flight."""

    def rebalanced(self, partitions: int) -> None:
        """A rebalance is over, and the worker owns so many partitions now."""

    def gave_up(self, partitions: int) -> None:
        """Partitions were handed over, and the worker owns so many now; `rebalanced` follows."""

    def lagging(self, lag: Mapping[Partition, Lag]) -> None:
        """How far behind the worker is in each owned partition that it has read from."""

    def in_flight(self, records: int) -> None:
        """Records between reading and delivery."""

    def held_back(self, *, paused: bool) -> None:
        """Reading was paused because memory is full, or resumed."""

    def busy(self, part: Part, seconds: float) -> None:
        """A part of the worker was at work for so long."""

    def brake(self, fill: BrakeFill) -> None:
        """How near the dead-letter brake is to being pulled."""
