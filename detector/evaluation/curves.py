"""What a judge's probabilities are worth at every threshold, and whether they mean what they say."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

BINS = 10


class Curve(NamedTuple):
    """Precision and recall from each distinct probability on, the highest first."""

    thresholds: Floats
    precision: Floats
    recall: Floats

    @property
    def average_precision(self) -> float:
        """The step-wise area: precision weighted by the recall that each step adds."""
        return float((np.diff(self.recall, prepend=0.0) * self.precision).sum())


class Bin(NamedTuple):
    """Texts of neighbouring probabilities: their mean, the share that leaks, how many they are."""

    confidence: float
    leaks: float
    texts: int


def precision_recall(probabilities: Sequence[float], leaks: Sequence[bool]) -> Curve | None:
    """The curve; None where no text leaks."""
    if not any(leaks):
        return None
    scores, truth = np.asarray(probabilities, np.float64), np.asarray(leaks, bool)
    order = np.argsort(-scores, kind="stable")
    scores, found = scores[order], np.cumsum(truth[order])
    # Texts of one probability are called together: only the last of them ends a step.
    last = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    return Curve(scores[last], found[last] / (last + 1.0), found[last] / float(truth.sum()))


def reliability(probabilities: Sequence[float], leaks: Sequence[bool], bins: int = BINS) -> list[Bin]:
    """Bins of equal mass, as equal as the number of texts allows, from the lowest probability to the highest."""
    scores, truth = np.asarray(probabilities, np.float64), np.asarray(leaks, np.float64)
    order = np.argsort(scores, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return [Bin(float(scores[part].mean()), float(truth[part].mean()), len(part)) for part in parts]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Expected calibration error: the gap between confidence and truth, weighted by texts (Naeini et al. 2015)."""
    texts = sum(each.texts for each in bins)
    return sum(abs(each.confidence - each.leaks) * each.texts for each in bins) / texts if texts else None
