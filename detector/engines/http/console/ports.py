"""What the console needs of the stream, and the values that pass between the two.

All calls block; the console keeps them off its event loop. Each raises `Retry` while no broker answers, and `Misconfigured`
for what a person has to mend; no error quotes a record.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from detector.events import EventKind
from detector.feedback import Feedback
from detector.records import Position


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict as it stands in its topic: `json` is the verdict's own, on one line.

    `latency_ms` is the time from the event's record to the verdict's, None where the verdict does not say.
    """

    position: Position
    kind: EventKind
    at_ms: int
    latency_ms: int | None
    json: str = field(repr=False)


class Lag(NamedTuple):
    """How far behind the workers are: records not judged yet, and the age of the oldest one; None for what is not known."""

    records: int | None
    seconds: float | None


UNKNOWN_LAG = Lag(None, None)


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter without its contents. `origin` is the record's first place; `replayed` None where nobody knows."""

    position: Position
    at_ms: int | None
    origin: Position | None
    stage: str
    reason: str
    message: str
    size: int
    replayed: bool | None = None


class Letters(NamedTuple):
    """The newest dead letters, the newest first, and how many there are at most."""

    letters: Sequence[Letter]
    total: int


class Place(NamedTuple):
    """Where a dead letter stands in its topic."""

    partition: int
    offset: int


class Skipped(NamedTuple):
    """A dead letter that was not put back, and why."""

    place: Place
    why: str


GONE = "It is not there any more."
NO_HOME = "It does not say that it came from a topic of these settings."


class Returned(NamedTuple):
    """How many dead letters were put back, and those that were not."""

    back: int
    skipped: Sequence[Skipped]


class VerdictStream(Protocol):
    """The verdict topic from its newest records on. Used by one thread at a time; may be opened again once closed."""

    def open(self, most: int) -> list[Judged]:
        """The newest verdicts, at most so many, the oldest of them first; what comes later is for `read`."""

    def read(self, seconds: float) -> list[Judged]:
        """What has come since, in the order of its coming; waits so long for the first."""

    def close(self) -> None:
        """Let go of the connection, if there is one."""


class LagProbe(Protocol):
    """How far the workers are behind."""

    def measure(self) -> Lag:
        """Within a few seconds, whatever happens."""

    def close(self) -> None:
        """Let go of the connection, if there is one."""


class EventLog(Protocol):
    """The input topics."""

    def read(self, position: Position) -> bytes | None:
        """The value that stands there; None if nothing does any more, or the topic is none of the inputs."""


class DeadLetters(Protocol):
    """The dead-letter topic."""

    def newest(self, limit: int) -> Letters:
        """The newest dead letters."""

    def put_back(self, places: Sequence[Place]) -> Returned:
        """Write those records to the topics they came from: all or, if it raises, none; a place named twice counts once."""


class FeedbackLog(Protocol):
    """The feedback topic."""

    def write(self, feedback: Feedback) -> None:
        """Returns once the cluster has confirmed it."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All of it together."""

    verdicts: VerdictStream
    lag: LagProbe
    events: EventLog
    dead_letters: DeadLetters
    feedback: FeedbackLog
