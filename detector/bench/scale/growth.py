"""How much something grows."""

from collections.abc import Sequence
from itertools import combinations
from math import log
from statistics import linear_regression, median

_MOST_SAMPLES = 300
"""Every pair of samples has a slope; more of them take long and say no more."""

Point = tuple[float, float]


def after(points: Sequence[Point], warm_up: float) -> Sequence[Point]:
    """The points without those in the first part of the time, `warm_up` being its share."""
    if not points:
        return []
    begin, end = points[0][0], points[-1][0]
    return [point for point in points if point[0] >= begin + warm_up * (end - begin)]


def growth_share(points: Sequence[Point]) -> float | None:
    """By which share the values grow from the first to the last time, along a robust line; None of too few to tell.

    The line's slope is the median of the slopes between any two points (Theil and Sen), so a few that stick out, as
    memory does for a moment, do not bend it.
    """
    thinned = points[:: -(-len(points) // _MOST_SAMPLES)] if points else []
    slopes = [
        (later - earlier) / (end - begin) for (begin, earlier), (end, later) in combinations(thinned, 2) if end > begin
    ]
    if not slopes:
        return None
    slope, begin = median(slopes), points[0][0]
    start = median(value - slope * (time - begin) for time, value in thinned)
    return slope * (points[-1][0] - begin) / start if start > 0 else None


def exponent(points: Sequence[Point]) -> float | None:
    """X of the power law value ~ size ** x, fitted to the logarithms; 1 is growth in proportion. None of too few."""
    known = [(log(size), log(value)) for size, value in points if size > 0 and value > 0]
    if len({size for size, _ in known}) < 2:
        return None
    return linear_regression([size for size, _ in known], [value for _, value in known]).slope
