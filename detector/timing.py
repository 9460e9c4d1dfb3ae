"""How long a run of the model takes, learnt from the runs that were seen. No clock is read here.

    seconds = pace * (fixed + per token * tokens + per square * length * tokens)

`tokens` are padded ones, all of one length in a run; the square is what attention costs. The three parts are learnt over
a hundred runs; the pace, how fast the machine is just now, is taken from the last few, so that a throttled one is followed
within as many. BentoML fits a line to batch sizes likewise; texts also differ in length.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from statistics import median

FIXED, PER_TOKEN, PER_SQUARE = 1e-3, 1e-4, 1e-7
"""What is believed before anything was seen, in seconds: a small encoder in int8 on a few cores of a server."""

REMEMBERED = 15
"""Runs that the pace is the median of: one that was interrupted, however long, says nothing."""
KEPT = 0.99
"""Of what was learnt with each run; so it rests on the last hundred or so."""
BELIEF = 2.0
"""How many runs the proportions of the first belief are worth; they decide where runs are too much alike."""
SURPRISE = 1.5
"""By this factor at most a run may differ from what was expected of it, in teaching the parts."""
SWEEPS = 3
_SHORTEST = 1e-9


class RunTimes:
    """Predicts runs and learns from them, a run in some tens of microseconds. Used by one thread."""

    def __init__(self) -> None:
        self._pace = 1.0
        # In units of the first belief, so that all three are of one size; never negative.
        self._parts = [1.0, 1.0, 1.0]
        self._recent: deque[tuple[list[float], float]] = deque(maxlen=REMEMBERED)
        self._products = [[0.0] * 3 for _ in range(3)]
        self._targets = [0.0] * 3
        self._weight = 0.0

    @property
    def fixed(self) -> float:
        """Seconds of any run, whatever is in it."""
        return self._pace * self._parts[0] * FIXED

    def each(self, length: int) -> float:
        """Seconds of one more window of so many padded tokens in a run."""
        _, tokens, squares = _features({length: 1})
        return self._pace * (self._parts[1] * tokens + self._parts[2] * squares)

    def seconds(self, windows: Mapping[int, int]) -> float:
        """Of a batch, which is a run for each padded length; `windows` is how many there are of each."""
        return self._pace * _dot(self._parts, _features(windows))

    def learn(self, windows: Mapping[int, int], seconds: float) -> None:
        """A batch of so many windows of each padded length took so long."""
        features = _features(windows)
        self._recent.append((features, max(seconds, _SHORTEST)))
        belief = _pace(self._recent, [1.0, 1.0, 1.0])
        if len(self._recent) <= REMEMBERED // 2:
            # The first run of all may have been interrupted; what is learnt must not start from there.
            self._parts, self._pace = [belief] * 3, 1.0
        self._weigh(features, seconds / self._pace, max(_dot(self._parts, features), _SHORTEST))
        self._solve(belief / self._pace)
        self._pace = _pace(self._recent, self._parts)

    def _weigh(self, features: list[float], seconds: float, expected: float) -> None:
        """Errors count in relation to the run, so that short runs teach as much as long ones."""
        target = min(max(seconds / expected, 1 / SURPRISE), SURPRISE)
        row = [feature / expected for feature in features]
        self._weight = KEPT * self._weight + 1.0
        for place, value in enumerate(row):
            self._targets[place] = KEPT * self._targets[place] + value * target
            products = self._products[place]
            for other, factor in enumerate(row):
                products[other] = KEPT * products[other] + value * factor

    def _solve(self, belief: float) -> None:
        """Least squares without negative parts, by coordinates from where the last solution was."""
        parts, products = self._parts, self._products
        for _ in range(SWEEPS):
            for place in range(3):
                own = products[place][place]
                rest = _dot(products[place], parts) - own * parts[place]
                believed = own * BELIEF / self._weight
                parts[place] = max(0.0, (self._targets[place] - rest + believed * belief) / (own + believed))


class UnderWay:
    """What the model is at, and when it should be through with it."""

    def __init__(self) -> None:
        self._expected: deque[float] = deque()
        self._since = 0.0

    def begin(self, now: float, seconds: float) -> None:
        """Another batch is handed over, that should take so long."""
        if not self._expected:
            self._since = now
        self._expected.append(seconds)

    def end(self, now: float) -> None:
        """The first of them has come back, and the next begins."""
        if self._expected:
            self._expected.popleft()
        self._since = now

    def clear(self) -> None:
        """The model is free."""
        self._expected.clear()

    def ends(self, now: float) -> float:
        """When all of it should have come back: now, if the model is free."""
        if not self._expected:
            return now
        first, *others = self._expected
        return max(now, self._since + first) + sum(others)


def _pace(recent: Iterable[tuple[list[float], float]], parts: list[float]) -> float:
    """How many times as long as the parts say the latest runs took."""
    return median(seconds / max(_dot(parts, features), _SHORTEST) for features, seconds in recent)


def _features(windows: Mapping[int, int]) -> list[float]:
    tokens = squares = 0
    for length, count in windows.items():
        tokens += length * count
        squares += length * length * count
    return [FIXED * len(windows), PER_TOKEN * tokens, PER_SQUARE * squares]


def _dot(left: list[float], right: list[float]) -> float:
    return left[0] * right[0] + left[1] * right[1] + left[2] * right[2]
