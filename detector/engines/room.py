"""Back-pressure: how much may be in memory between reading a record and delivering what became of it."""

from threading import Condition


class Room:
    """Counts records and bytes in flight; the reader waits while either is over its bound.

    One batch read is let in whole, so the bounds may be overshot by one read.
    """

    def __init__(self, records: int, size: int) -> None:
        self._bounds = (records, size)
        self._records = 0
        self._size = 0
        self._changed = Condition()

    @property
    def is_full(self) -> bool:
        """Whether the reader should hold back."""
        return self._records >= self._bounds[0] or self._size >= self._bounds[1]

    def enter(self, records: int, size: int) -> None:
        """Note what was read."""
        with self._changed:
            self._records += records
            self._size += size

    def leave(self, records: int, size: int) -> None:
        """Note what was delivered or dropped."""
        with self._changed:
            self._records -= records
            self._size -= size
            self._changed.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait until there is room, at most `timeout` seconds; says whether there is."""
        with self._changed:
            return self._changed.wait_for(lambda: not self.is_full, timeout)
