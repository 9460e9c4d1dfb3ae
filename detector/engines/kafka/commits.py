"""Offsets on their way from the delivery thread to the reader, which alone may use the consumer."""

from collections.abc import Iterable, Mapping
from threading import Lock

from detector.records import Partition


class PendingCommits:
    """The next offset of each partition that is delivered and not yet committed. Safe to use from two threads."""

    def __init__(self) -> None:
        self._offsets: dict[Partition, int] = {}
        self._lock = Lock()

    def add(self, offsets: Mapping[Partition, int]) -> None:
        """Everything before these offsets is delivered."""
        with self._lock:
            self._offsets.update(offsets)

    def take(self) -> dict[Partition, int]:
        """What is to be committed now; it is no longer pending."""
        with self._lock:
            taken, self._offsets = self._offsets, {}
        return taken

    def forget(self, partitions: Iterable[Partition]) -> None:
        """These partitions are another worker's now, who must not find them committed behind its back."""
        with self._lock:
            for partition in partitions:
                self._offsets.pop(partition, None)
