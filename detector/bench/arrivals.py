"""When events are meant to be sent."""

from enum import StrEnum
from itertools import accumulate
from random import Random
from typing import NamedTuple


class Arrivals(StrEnum):
    """How the times of events lie: at equal distances, or as independent senders would have it."""

    EVEN = "even"
    POISSON = "poisson"


class Pace(NamedTuple):
    """How events come: so many a second, how their times lie, and by which chance."""

    rate: float
    arrivals: Arrivals
    seed: int = 1


def due_times(arrivals: Arrivals, rate: float, count: int, seed: int) -> list[float]:
    """Seconds from the beginning at which each of `count` events is due, in order; `rate` is events per second.

    The first is due at once. The same seed gives the same times; even ones need none.
    """
    if arrivals is Arrivals.EVEN:
        return [number / rate for number in range(count)]
    random = Random(seed)
    gaps = (random.expovariate(rate) for _ in range(count - 1))
    return list(accumulate(gaps, initial=0.0))[:count]
