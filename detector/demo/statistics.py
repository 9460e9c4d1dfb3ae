"""Numbers of the demo."""

from collections.abc import Sequence

PROMISE_MS = 250.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share of the values does not exceed (nearest rank); 0 of none."""
    if not values:
        return 0.0
    rank = max(-(-len(values) * round(share * 1000) // 1000), 1)
    return sorted(values)[rank - 1]


def within_promise(values: Sequence[float]) -> float:
    """The share of values within the promise; 1 of none."""
    return sum(value <= PROMISE_MS for value in values) / len(values) if values else 1.0
