"""What of each partition is read and not yet delivered, and so how far behind the worker is, in records and in time."""

from collections import deque
from collections.abc import Iterable, Mapping

from detector.observing import Lag
from detector.records import Partition, Position


class Backlog:
    """Follows each partition from the first record read to the last one delivered.

    Its age is that of the oldest record read and not yet delivered. The last delivered record would serve worse: on a
    quiet topic its age grows although nothing waits, all the more behind a transactional producer, whose markers keep
    the lag at one record. Records that still lie on the broker are younger than those read, so they need no look.
    """

    def __init__(self) -> None:
        self._next_offsets: dict[Partition, int] = {}
        self._waiting: dict[Partition, deque[tuple[int, float]]] = {}

    @property
    def next_offsets(self) -> Mapping[Partition, int]:
        """Of each partition that was read from: the offset after the last one delivered, or the first one read."""
        return self._next_offsets

    def read(self, position: Position, written: float) -> None:
        """A record was read, with the epoch seconds of its timestamp; offsets of a partition only grow."""
        partition, offset = position
        self._next_offsets.setdefault(partition, offset)
        self._waiting.setdefault(partition, deque()).append((offset, written))

    def delivered(self, offsets: Mapping[Partition, int]) -> None:
        """All before these offsets is delivered; of a partition that was forgotten meanwhile it is no longer of interest."""
        for partition, next_offset in offsets.items():
            if partition in self._next_offsets:
                self._next_offsets[partition] = next_offset
                waiting = self._waiting[partition]
                while waiting and waiting[0][0] < next_offset:
                    waiting.popleft()

    def forget(self, partitions: Iterable[Partition]) -> None:
        """These partitions are another worker's now, or will be read again from where they were committed."""
        for partition in list(partitions):
            self._next_offsets.pop(partition, None)
            self._waiting.pop(partition, None)

    def lag(self, ends: Mapping[Partition, int], now: float) -> dict[Partition, Lag]:
        """How far behind the ends of its partitions the worker is at `now` (epoch seconds), where it has read at all."""
        return {
            partition: Lag(max(0, end - self._next_offsets[partition]), self._age(partition, now))
            for partition, end in ends.items()
            if partition in self._next_offsets
        }

    def _age(self, partition: Partition, now: float) -> float:
        waiting = self._waiting[partition]
        return max(0.0, now - waiting[0][1]) if waiting else 0.0
