"""What the threads tell the coordinator."""

from collections.abc import Mapping, Sequence
from threading import Event
from typing import Any, NamedTuple

from detector.outcomes import Delivery
from detector.pipeline import Batch
from detector.records import Partition, Record
from detector.scoring import Scored as Result


class Polled(NamedTuple):
    """Records were read; `seconds` is what it took once the first was there."""

    records: Sequence[Record]
    seconds: float = 0.0


class Assigned(NamedTuple):
    """A rebalance gave partitions, perhaps none; `group` is the consumer group metadata of the new generation."""

    partitions: frozenset[Partition]
    group: Any


class Revoked(NamedTuple):
    """Partitions go to another worker: deliver what is settled, then set `released`. Lost ones are gone already."""

    partitions: frozenset[Partition]
    lost: bool
    released: Event


class Watermarks(NamedTuple):
    """The end of each owned partition, as far as the consumer knows it."""

    ends: Mapping[Partition, int]


class HeldBack(NamedTuple):
    """Reading was paused because memory is full, or goes on."""

    paused: bool


class Scored(NamedTuple):
    """The model read a batch."""

    batch: Batch
    results: Sequence[Result]
    seconds: float


class Delivered(NamedTuple):
    """Outcomes are written and their offsets committed."""

    delivery: Delivery
    seconds: float


class Refused(NamedTuple):
    """Nothing of a delivery is visible: it was rolled back, which took so long."""

    delivery: Delivery
    seconds: float = 0.0


class Crashed(NamedTuple):
    """A thread died of an error; the process must not go on without it."""

    stage: str
    error: BaseException


class StopRequested(NamedTuple):
    """Finish what is in flight and leave; at once if asked a second time."""


Signal = Polled | Assigned | Revoked | Watermarks | HeldBack | Scored | Delivered | Refused | Crashed | StopRequested
