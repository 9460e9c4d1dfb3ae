"""Outcomes: what becomes of a record, ready to be written, and the offsets that may be committed with it."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from detector.errors import Reason
from detector.events import EventKind
from detector.records import Headers, Partition, Position
from detector.traces import Trace
from detector.verdicts import Label


class Destination(StrEnum):
    """Which output an outcome goes to; the edge knows the topic's name."""

    VERDICTS = "verdicts"
    DEAD_LETTERS = "dead-letters"


class Outcome(NamedTuple):
    """One record to write in answer to one record read; what it says stays out of `repr`.

    Exactly one of `label` (a verdict), `reason` (a dead letter) or neither (a tombstone) is set. `timestamp_ms` is the
    one to write with, None for the time of writing; `read_timestamp_ms` is the one that was read, and `weight` the
    bytes that the record holds in memory until this outcome is delivered.
    """

    position: Position
    destination: Destination
    kind: EventKind
    key: bytes | None
    value: bytes | None
    headers: Headers
    weight: int
    read_timestamp_ms: int | None = None
    timestamp_ms: int | None = None
    label: Label | None = None
    reason: Reason | None = None
    score: float | None = None
    trace: Trace | None = None

    def __repr__(self) -> str:
        return f"Outcome(position={self.position!r}, destination={self.destination!r}, reason={self.reason!r})"


@dataclass(frozen=True, slots=True)
class Delivery:
    """Outcomes in the order of their partitions, and for each partition the next offset to read after them.

    Writing the outcomes and committing exactly these offsets belong together.
    """

    outcomes: Sequence[Outcome]
    offsets: Mapping[Partition, int]

    def split(self, mine: AbstractSet[Partition]) -> tuple["Delivery", "Delivery"]:
        """What of the delivery belongs to these partitions, and what does not."""
        return self._of(mine), self._of(self.offsets.keys() - mine)

    @property
    def weight(self) -> int:
        """Bytes that the outcomes' records hold in memory."""
        return sum(outcome.weight for outcome in self.outcomes)

    def _of(self, partitions: AbstractSet[Partition]) -> "Delivery":
        return Delivery(
            [outcome for outcome in self.outcomes if outcome.position.partition in partitions],
            {partition: offset for partition, offset in self.offsets.items() if partition in partitions},
        )
