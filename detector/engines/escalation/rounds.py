"""Going round the entries of a partition, a few with each event, to forget what is too old."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

EACH_TIME = 2
"""Entries looked at with each event: more than one, so that a round ends although each event may bring a new entry."""


class Round:
    """One partition's; its clock is event time, which stands still while no events come."""

    def __init__(self) -> None:
        self._keys: Iterator[Any] = iter(())
        self.newest_ms = 0
        """The newest event time seen."""

    def seen(self, at_ms: int) -> None:
        """An event of this time came."""
        self.newest_ms = max(self.newest_ms, at_ms)

    def next(self, all_keys: Callable[[], Iterable[Any]]) -> list[Any]:
        """The keys to look at now, some of which may be gone; asks for all of them once a round."""
        keys = list(islice(self._keys, EACH_TIME))
        if not keys:
            self._keys = iter(tuple(all_keys()))
            keys = list(islice(self._keys, EACH_TIME))
        return keys
