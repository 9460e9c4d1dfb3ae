"""Micro-batches: which of the waiting items the model reads next.

The rule is work-conserving: a free model never waits for company. While it is busy, items gather; the next batch is cut
once it is full or the most urgent of them has waited `max_age`. A batch is cut by the time that it is expected to take,
which `detector.timing` learns from the batches that came back. No clock is read here: time is an argument.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from detector.timing import RunTimes, UnderWay

Item = TypeVar("Item")

_deadline, _length = attrgetter("deadline"), attrgetter("length")

OVERHEAD_SHARE = 0.05
"""A run is long enough once what any run costs is no more of it: from there on company only makes others wait."""
BRIEF_SECONDS = 0.005
"""Runs go together while they take no longer than this, since handing over a batch costs some tenths of a millisecond."""
LATE_FACTOR = 4.0
"""A batch for an item that is late anyway may take so many times as long: to catch up counts more than newcomers do."""
LATE_TURNS = 8
"""For an engine in which nobody waits behind an event: one batch in so many goes to those that are late. Where events leave
in order, as in a partition, one that yields makes all behind it late too (`detector bench schedule`)."""


@dataclass(frozen=True, slots=True)
class BatchPolicy:
    """How large a batch may grow, how long an item may be held for company, and how those that are late are treated.

    `max_cost` bounds a batch's padded cost, the sum of `Waiting.length` (tokens), and `max_seconds` the time that it is
    expected to take, because what comes meanwhile waits for its end (see `LATE_FACTOR`). An item beyond `max_cost` gets a
    batch of its own, one beyond `max_seconds` at most twice its own time. `max_age` is in seconds.
    One in `late_turns` batches goes to the most urgent item whatever its deadline, the others to the most urgent one that
    can still keep its own, where there is any; 1 keeps strictly to the order of deadlines. `lanes` is how many items the
    model reads side by side: so many together take less time than one after the other.
    """

    max_items: int = 32
    max_cost: int = 2048
    max_age: float = 0.005
    max_seconds: float = 0.040
    late_turns: int = 1
    lanes: int = 1

    def __post_init__(self) -> None:
        if (
            min(self.max_items, self.max_cost, self.late_turns, self.lanes) < 1
            or min(self.max_age, self.max_seconds) < 0
        ):
            raise ValueError(f"{self} lets no item through: sizes, turns and lanes start at 1, times at 0")


class Waiting(NamedTuple, Generic[Item]):
    """An item in line: `length` in tokens, `deadline` and `since` in seconds of one monotonic clock."""

    item: Item
    length: int
    deadline: float
    since: float


class MicroBatcher(Generic[Item]):
    """Holds what waits for the model in one line per length, and cuts batches out of them.

    A batch is built around the item whose deadline comes first, so nothing starves, and filled with the next of the same
    length, as only those share a run. It grows while company still makes the run noticeably cheaper, within the policy.
    """

    def __init__(self, policy: BatchPolicy, times: RunTimes | None = None) -> None:
        self._policy = policy
        self._times = times or RunTimes()
        self._under_way = UnderWay()
        self._lines: dict[int, list[Waiting[Item]]] = {}
        self._count = 0
        self._turn = 0

    def __len__(self) -> int:
        return self._count

    def add(self, item: Item, *, length: int, deadline: float, now: float) -> None:
        """Put an item in line."""
        insort(self._lines.setdefault(length, []), Waiting(item, length, deadline, now), key=_deadline)
        self._count += 1

    def take(self, now: float, *, idle: bool) -> list[Waiting[Item]]:
        """Cut the next batch, shortest item first; empty if nothing should go yet.

        `idle` says that the model is free: then whatever waits goes at once.
        """
        if idle:
            self._under_way.clear()
        if not self._lines or not (idle or self._is_due(now)):
            return []
        batch = self._cut(self._under_way.ends(now))
        self._under_way.begin(now, self.expected(batch))
        return batch

    def scored(self, batch: Sequence[Waiting[Item]], seconds: float, now: float) -> None:
        """A batch has come back, in the order in which they were taken, after so many seconds at the model."""
        self._under_way.end(now)
        self._times.learn(_lengths(batch), seconds)

    def expected(self, batch: Sequence[Waiting[Item]]) -> float:
        """Seconds that the model will take for it, by what was learnt so far."""
        return self._times.seconds(_lengths(batch))

    def wait(self, now: float) -> float | None:
        """Seconds until a batch is due by age although the model is busy; None if nothing waits."""
        if not self._lines:
            return None
        return max(0.0, self._policy.max_age - (now - self._most_urgent().since))

    def forget(self, unwanted: Callable[[Item], bool]) -> None:
        """Drop what need not be scored any more."""
        kept = {
            length: [waiting for waiting in line if not unwanted(waiting.item)] for length, line in self._lines.items()
        }
        self._lines = {length: line for length, line in kept.items() if line}
        self._count = sum(map(len, self._lines.values()))

    def _most_urgent(self) -> Waiting[Item]:
        return min((line[0] for line in self._lines.values()), key=_deadline)

    def _is_due(self, now: float) -> bool:
        first = self._most_urgent()
        full = min(self._policy.max_items, self._company(first.length))
        return len(self._lines[first.length]) >= full or now - first.since >= self._policy.max_age

    def _cut(self, start: float) -> list[Waiting[Item]]:
        length, place = self._anchor(start)
        late = self._lines[length][place].deadline < start + self._times.seconds({length: 1})
        batch = self._draw(length, place, self._company(length, LATE_FACTOR if late else 1.0))
        left = BRIEF_SECONDS - self.expected(batch)
        tokens = length * len(batch)
        while self._lines:
            length = self._most_urgent().length
            affordable = min(self._within(left, length), (self._policy.max_cost - tokens) // length)
            more = self._draw(length, 0, min(affordable, self._policy.max_items - len(batch)))
            if not more:
                break
            left -= self._times.seconds({length: len(more)})
            tokens += length * len(more)
            batch += more
        return sorted(batch, key=_length)

    def _anchor(self, start: float) -> tuple[int, int]:
        """Where the item stands that the batch is built around: its line and its place in it."""
        self._turn += 1
        if self._turn % self._policy.late_turns:
            in_time = []
            for length, line in self._lines.items():
                place = bisect_left(line, start + self._times.seconds({length: 1}), key=_deadline)
                in_time += [(line[place].deadline, length, place)] if place < len(line) else []
            if in_time:
                return min(in_time)[1:]
        return self._most_urgent().length, 0

    def _company(self, length: int, longer: float = 1.0) -> int:
        """How many items of a length a batch has at the most; it may take so many times as long as it should."""
        policy, overhead = self._policy, self._times.fixed / OVERHEAD_SHARE
        enough = max(policy.lanes, ceil(_times_in(self._times.each(length), overhead, policy.max_items)))
        allowed, alone = policy.max_seconds * longer, self._times.seconds({length: 1})
        if alone > allowed:
            # It makes others wait in any case, and only from batches with company is it learnt what company costs.
            allowed = 2 * alone
        within = self._within(allowed, length)
        return max(1, min(enough, within, policy.max_items, policy.max_cost // length))

    def _within(self, seconds: float, length: int) -> int:
        """How many items of a length a run reads in the time."""
        return int(_times_in(self._times.each(length), seconds - self._times.fixed, self._policy.max_items))

    def _draw(self, length: int, place: int, count: int) -> list[Waiting[Item]]:
        line = self._lines[length]
        drawn = line[place : place + max(count, 0)]
        del line[place : place + len(drawn)]
        if not line:
            del self._lines[length]
        self._count -= len(drawn)
        return drawn


def _times_in(part: float, whole: float, most: int) -> float:
    """How often the part is contained in the whole, at most so often."""
    if whole <= 0:
        return 0
    return most if part * most <= whole else whole / part


def _lengths(batch: Sequence[Waiting[Any]]) -> Mapping[int, int]:
    return Counter(waiting.length for waiting in batch)
