"""How far a figure could be from the truth with so few texts: seeded bootstrap intervals."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.measure import Scores

ROUNDS = 4000
SEED = 20261121
LEVEL = 0.95

Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """The middle 95 % of what resampled texts give (percentile bootstrap, Efron 1979)."""

    low: float
    high: float


def ratio_intervals(scores: Scores) -> dict[str, Interval | None]:
    """Intervals of `precision`, `recall`, `f1` and `false_alarms`; None where the figure itself is None.

    Resampling texts with replacement draws the four counts from a multinomial distribution with their shares.
    """
    counts = (scores.true_positives, scores.false_positives, scores.false_negatives, scores.true_negatives)
    if not scores.total:
        return dict.fromkeys(("precision", "recall", "f1", "false_alarms"))
    draws = np.random.default_rng(SEED).multinomial(scores.total, np.array(counts) / scores.total, size=ROUNDS)
    tp, fp, fn, tn = draws.T.astype(np.float64)
    return {
        "precision": _middle(tp, tp + fp),
        "recall": _middle(tp, tp + fn),
        "f1": _middle(2 * tp, 2 * tp + fp + fn),
        "false_alarms": _middle(fp, fp + tn),
    }


def mean_interval(values: Sequence[float]) -> Interval | None:
    """The interval of a mean; None without values."""
    if not values:
        return None
    sample = np.asarray(values, np.float64)
    drawn = np.random.default_rng(SEED).integers(len(sample), size=(ROUNDS, len(sample)))
    return _middle(sample[drawn].sum(axis=1), np.full(ROUNDS, float(len(sample))))


def _middle(part: Floats, whole: Floats) -> Interval | None:
    """Over the rounds in which the ratio exists."""
    exists = whole > 0
    if not exists.any():
        return None
    low, high = np.quantile(part[exists] / whole[exists], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
