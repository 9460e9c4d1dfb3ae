"""What the worker has read and its pipeline has not yet begun."""

from collections import deque
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet

from detector.clock import Clock
from detector.engines.backlog import Backlog
from detector.engines.room import Room
from detector.records import Partition, Record

TAKE_IN_SECONDS = 0.002
"""How long records are prepared before another look at the model and the sink: preparing a poll's 500 at one go would
leave both without work for half a second."""


class Arrivals:
    """Records in the order in which they were read; used by one thread. What is turned away leaves the room."""

    def __init__(self, room: Room, backlog: Backlog, clock: Clock) -> None:
        self._room = room
        self._backlog = backlog
        self._clock = clock
        self._records: deque[Record] = deque()

    def __len__(self) -> int:
        return len(self._records)

    def add(self, records: Iterable[Record], owned: AbstractSet[Partition]) -> None:
        """Keep those of these partitions; the others are another worker's by now."""
        now = self._clock.now().timestamp()
        for record in records:
            if record.position.partition in owned:
                written = record.timestamp_ms
                self._backlog.read(record.position, now if written is None else written / 1000)
                self._records.append(record)
            else:
                self._room.leave(1, record.size)

    def hand_on(self, push: Callable[[Record], None]) -> None:
        """At least one of them, if there are any, and more for as long as `TAKE_IN_SECONDS`."""
        until = self._clock.monotonic() + TAKE_IN_SECONDS
        while self._records:
            push(self._records.popleft())
            if self._clock.monotonic() > until:
                return

    def turn_away(self, partitions: AbstractSet[Partition] | None = None) -> None:
        """Leave those of these partitions, or all, to whoever reads them next: nothing of theirs was committed."""
        gone = [each for each in self._records if partitions is None or each.position.partition in partitions]
        self._room.leave(len(gone), sum(record.size for record in gone))
        self._records = deque(
            each for each in self._records if partitions is not None and each.position.partition not in partitions
        )
