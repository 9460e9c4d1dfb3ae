"""The highest rate at which something holds."""

from collections.abc import Callable
from math import sqrt

_SHALLOWEST = 1 / 16


def highest(holds: Callable[[float], bool], capacity: float, resolution: float) -> float | None:
    """The highest rate found at which `holds` is true, for a thing that holds the less the higher the rate.

    The answer is below the true border by the share `resolution` at the most, provided that the border lies between a
    sixteenth of `capacity` and a tenth above it. None where it does not hold at a sixteenth.
    """
    low, high = capacity / 2, capacity * 1.1
    while not holds(low):
        if low <= capacity * _SHALLOWEST:
            return None
        low, high = low / 2, low
    while high > low * (1 + resolution):
        middle = sqrt(low * high)
        if holds(middle):
            low = middle
        else:
            high = middle
    return low
