"""The schedules of well-known servers, and the one that the product had: what its own is compared with.

The servers' are as read in their sources, with their own defaults where they have any. All are asked like `MicroBatcher`,
see `Schedule`.
"""

from abc import ABC, abstractmethod
from bisect import insort
from collections import deque
from collections.abc import Callable, Sequence

from detector.batching import Waiting

Batch = Sequence[Waiting[int]]


class InOrder(ABC):
    """First come, first served, whether or not the model is free; learns nothing."""

    def __init__(self) -> None:
        self._line: deque[Waiting[int]] = deque()

    def add(self, item: int, *, length: int, deadline: float, now: float) -> None:
        """See `Schedule`."""
        self._line.append(Waiting(item, length, deadline, now))

    def take(self, now: float, *, idle: bool) -> Batch:  # noqa: ARG002 - asked like all others
        """See `Schedule`."""
        return self._cut(now)

    def wait(self, now: float) -> float | None:  # noqa: ARG002
        """See `Schedule`."""
        return None

    def scored(self, batch: Batch, seconds: float, now: float) -> None:  # noqa: B027 - nothing is learnt
        """See `Schedule`."""

    def forget(self, unwanted: Callable[[int], bool]) -> None:
        """See `Schedule`."""
        self._line = deque(each for each in self._line if not unwanted(each.item))

    @abstractmethod
    def _cut(self, now: float) -> Batch:
        """The next batch; empty if nothing should go yet."""

    def _first(self, count: int) -> list[Waiting[int]]:
        return [self._line.popleft() for _ in range(min(count, len(self._line)))]


class Tei(InOrder):
    """Text Embeddings Inference on ONNX Runtime: at once and in order, until 16,384 tokens, padded, or 8 requests."""

    MOST, TOKENS = 8, 16_384

    def _cut(self, _now: float) -> Batch:
        longest = count = 0
        for each in self._line:
            longest = max(longest, each.length)
            if count == self.MOST or (count and longest * (count + 1) > self.TOKENS):
                break
            count += 1
        return self._first(count)


class Infinity(InOrder):
    """Takes up to eight batches of 32 in order, sorts them by length if they are more than one, and cuts by count."""

    MOST, BATCHES = 32, 8

    def __init__(self) -> None:
        super().__init__()
        self._batches: deque[Batch] = deque()

    def _cut(self, _now: float) -> Batch:
        if not self._batches:
            taken = self._first(self.MOST * self.BATCHES)
            if len(taken) > self.MOST:
                taken.sort(key=lambda each: each.length)
            self._batches.extend(taken[first : first + self.MOST] for first in range(0, len(taken), self.MOST))
        return self._batches.popleft() if self._batches else []


class Triton(InOrder):
    """With a queue delay of 5 ms: in order until 32, or the delay of the first; another shape closes the batch."""

    MOST, DELAY = 32, 0.005

    def _cut(self, now: float) -> Batch:
        count = 0
        while count < min(self.MOST, len(self._line)) and self._line[count].length == self._line[0].length:
            count += 1
        closed = count == self.MOST or count < len(self._line)
        return self._first(count) if closed or self.wait(now) == 0.0 else []

    def wait(self, now: float) -> float | None:
        """See `Schedule`."""
        return max(0.0, self._line[0].since + self.DELAY - now) if self._line else None


class FixedSize(Triton):
    """Eight of whatever length, or what there is after 50 ms."""

    MOST, DELAY = 8, 0.050

    def _cut(self, now: float) -> Batch:
        return self._first(self.MOST) if len(self._line) >= self.MOST or self.wait(now) == 0.0 else []


class NearestLengths:
    """What the product had: around the earliest deadline the nearest lengths, until 32 or 2,048 padded tokens."""

    MOST, TOKENS, AGE = 32, 2048, 0.005

    def __init__(self) -> None:
        self._line: list[Waiting[int]] = []

    def add(self, item: int, *, length: int, deadline: float, now: float) -> None:
        """See `Schedule`."""
        insort(self._line, Waiting(item, length, deadline, now), key=lambda each: each.length)

    def take(self, now: float, *, idle: bool) -> Batch:
        """See `Schedule`."""
        line = self._line
        full = line and not self._fits(line[-1].length, len(line) + 1)
        if not line or not (idle or full or self.wait(now) == 0.0):
            return []
        anchor = min(range(len(line)), key=lambda index: line[index].deadline)
        first, last = anchor, anchor + 1
        while wider := self._wider(first, last):
            first, last = wider
        batch = line[first:last]
        del line[first:last]
        return batch

    def wait(self, now: float) -> float | None:
        """See `Schedule`."""
        return max(0.0, min(each.since for each in self._line) + self.AGE - now) if self._line else None

    def scored(self, batch: Batch, seconds: float, now: float) -> None:
        """See `Schedule`."""

    def forget(self, unwanted: Callable[[int], bool]) -> None:
        """See `Schedule`."""
        self._line = [each for each in self._line if not unwanted(each.item)]

    def _fits(self, longest: int, count: int) -> bool:
        return count <= self.MOST and longest * count <= self.TOKENS

    def _wider(self, first: int, last: int) -> tuple[int, int] | None:
        """The range with one more item, of the nearer length if that fits."""
        line, count = self._line, last - first + 1
        sides = []
        if first > 0 and self._fits(line[last - 1].length, count):
            sides.append((line[first].length - line[first - 1].length, (first - 1, last)))
        if last < len(line) and self._fits(line[last].length, count):
            sides.append((line[last].length - line[last - 1].length, (first, last + 1)))
        return min(sides)[1] if sides else None
