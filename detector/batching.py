"""Micro-batches: which of the waiting items the model reads next.

The rule is work-conserving: a free model never waits for company. While it is busy, items gather; they are handed on
once they fill a batch or the first of them has waited `max_age`. No clock is read here: time is an argument.
"""

from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class BatchPolicy:
    """How large a batch may grow and how long an item may be held for company.

    `max_cost` bounds the padded cost, longest item times number of items, in the unit of `Waiting.length` (tokens);
    a single longer item still gets a batch of its own. `max_age` is in seconds.
    """

    max_items: int = 32
    max_cost: int = 2048
    max_age: float = 0.005

    def __post_init__(self) -> None:
        if self.max_items < 1 or self.max_cost < 1 or self.max_age < 0:
            raise ValueError(f"{self} lets no item through: the sizes start at 1 and the age at 0")

    def fits(self, longest: int, items: int) -> bool:
        """Whether so many items, padded to the longest, are still one batch."""
        return items == 1 or (items <= self.max_items and longest * items <= self.max_cost)


@dataclass(frozen=True, slots=True)
class Waiting(Generic[Item]):
    """An item in line: `length` in tokens, `deadline` and `since` in seconds of one monotonic clock."""

    item: Item
    length: int
    deadline: float
    since: float


class MicroBatcher(Generic[Item]):
    """Holds what waits for the model, sorted by length, and cuts batches out of it.

    A batch is built around the item whose deadline comes first, so nothing starves, and filled with the items whose
    lengths are nearest to it, so little is padded.
    """

    def __init__(self, policy: BatchPolicy) -> None:
        self._policy = policy
        self._waiting: list[Waiting[Item]] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, item: Item, *, length: int, deadline: float, now: float) -> None:
        """Put an item in line."""
        insort(self._waiting, Waiting(item, length, deadline, now), key=lambda waiting: waiting.length)

    def take(self, now: float, *, idle: bool) -> list[Waiting[Item]]:
        """Cut the next batch, shortest item first; empty if nothing should go yet.

        `idle` says that the model is free: then whatever waits goes at once.
        """
        if not self._waiting or not (idle or self._is_due(now)):
            return []
        first, last = self._around(self._most_urgent())
        batch = self._waiting[first:last]
        del self._waiting[first:last]
        return batch

    def wait(self, now: float) -> float | None:
        """Seconds until a batch is due by age although the model is busy; None if nothing waits."""
        if not self._waiting:
            return None
        return max(0.0, self._policy.max_age - (now - self._oldest()))

    def forget(self, unwanted: Callable[[Item], bool]) -> None:
        """Drop what need not be scored any more."""
        self._waiting = [waiting for waiting in self._waiting if not unwanted(waiting.item)]

    def _oldest(self) -> float:
        return min(waiting.since for waiting in self._waiting)

    def _is_due(self, now: float) -> bool:
        longest = self._waiting[-1].length
        if not self._policy.fits(longest, len(self._waiting) + 1):
            return True
        return now - self._oldest() >= self._policy.max_age

    def _most_urgent(self) -> int:
        return min(range(len(self._waiting)), key=lambda index: self._waiting[index].deadline)

    def _around(self, anchor: int) -> tuple[int, int]:
        """The widest half-open range around the anchor that fits, nearer lengths first."""
        waiting, policy = self._waiting, self._policy
        if policy.fits(waiting[-1].length, len(waiting)):
            return 0, len(waiting)
        first, last = anchor, anchor + 1
        while True:
            sides = _nearer_side_first(waiting, first, last)
            for wider in sides:
                if policy.fits(waiting[wider[1] - 1].length, wider[1] - wider[0]):
                    first, last = wider
                    break
            else:
                return first, last


def _nearer_side_first(waiting: Sequence[Waiting[Item]], first: int, last: int) -> list[tuple[int, int]]:
    """The range grown by one item to either side, the side with less difference in length first."""
    shorter, longer = (first - 1, last), (first, last + 1)
    if first == 0:
        return [longer] if last < len(waiting) else []
    if last == len(waiting):
        return [shorter]
    down = waiting[first].length - waiting[first - 1].length
    up = waiting[last].length - waiting[last - 1].length
    return [shorter, longer] if down <= up else [longer, shorter]
