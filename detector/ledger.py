"""The ledger of what is in flight: it says which offsets may be committed, as a value that a test can read.

Records of a partition are settled in any order and leave in the order in which they were read, so the records of one
key keep theirs, and an offset is never committed past a record that is not settled.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from detector.outcomes import Delivery, Outcome
from detector.records import Partition, Position
from detector.traces import Trace


@dataclass(slots=True, eq=False)
class Entry:
    """A record in flight; `outcome` is None until it is settled, `dropped` once its partition is gone."""

    position: Position
    weight: int
    outcome: Outcome | None = None
    dropped: bool = field(default=False)
    trace: Trace | None = None


class Ledger:
    """In-flight records by partition, in the order in which they were read."""

    def __init__(self) -> None:
        self._entries: dict[Partition, deque[Entry]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._entries.values()))

    def open(self, position: Position, weight: int) -> Entry:
        """Note a record that has just been read."""
        entry = Entry(position, weight)
        self._entries.setdefault(position.partition, deque()).append(entry)
        return entry

    def take(self, limit: int) -> Delivery:
        """Hand over what is settled with nothing unsettled before it, at most about `limit` outcomes."""
        outcomes: list[Outcome] = []
        offsets: dict[Partition, int] = {}
        for partition, entries in self._entries.items():
            while entries and len(outcomes) < limit and (outcome := entries[0].outcome) is not None:
                offsets[partition] = entries.popleft().position.offset + 1
                outcomes.append(outcome)
        self._entries = {partition: entries for partition, entries in self._entries.items() if entries}
        return Delivery(outcomes, offsets)

    def forget(self, partitions: Iterable[Partition]) -> list[Entry]:
        """Drop the records of partitions that belong to another worker now; they come back to whoever reads them."""
        dropped: list[Entry] = []
        for partition in partitions:
            dropped.extend(self._entries.pop(partition, ()))
        for entry in dropped:
            entry.dropped = True
        return dropped
