"""From the deployed model's margins on held-out texts to calibrated probabilities and decision thresholds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_EDGE = 1e-15


@dataclass(frozen=True, slots=True)
class Point:
    """A threshold and what it gives on the held-out texts."""

    threshold: float
    precision: float
    recall: float
    false_alarms: float


def margins(probabilities: Sequence[float]) -> Floats:
    """Logit differences back from uncalibrated probabilities."""
    p = np.clip(np.asarray(probabilities, np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(p) - np.log1p(-p))


def fit(values: Floats, labels: Sequence[bool], rounds: int = 200) -> tuple[float, float]:
    """Temperature and bias that make sigmoid(margin / temperature + bias) most likely, each class weighing the same.

    Newton's method with a little damping; the slope is kept positive, so the order of texts never changes.
    """
    truth, weights = _weighed(labels)
    slope, bias = 1.0, 0.0
    for _ in range(rounds):
        p = sigmoid(slope * values + bias)
        error, curve = weights * (p - truth), weights * p * (1 - p)
        gradient = np.array([(error * values).sum(), error.sum()])
        cross = (curve * values).sum()
        hessian = np.array([[(curve * values**2).sum(), cross], [cross, curve.sum()]]) + 1e-4 * np.eye(2)
        step = np.clip(np.linalg.solve(hessian, gradient), -0.5, 0.5)
        slope, bias = max(float(slope - step[0]), 0.02), float(bias - step[1])
    return 1 / slope, bias


def calibration_error(probabilities: Floats, labels: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error: the gap between confidence and truth, averaged over equal-width bins.

    Each class weighs the same, as in `fit`: what share of the held-out texts leaks is chance.
    """
    truth, weights = _weighed(labels)
    which = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights * (probabilities - truth), bins)
    return float(np.abs(gaps).sum())


def _weighed(labels: Sequence[bool]) -> tuple[Floats, Floats]:
    """The labels as numbers, and weights of which each class has a half."""
    truth = np.asarray(labels, np.float64)
    return truth, np.where(truth == 1, 0.5 / max(truth.sum(), 1), 0.5 / max((1 - truth).sum(), 1))


def curve(seeds: Floats, labels: Sequence[bool], clean: Floats) -> list[Point]:
    """Precision and recall on the hard held-out seeds and false alarms on real clean texts, by threshold."""
    truth = np.asarray(labels, bool)
    points = []
    for threshold in (*np.arange(0.05, 0.96, 0.05), 0.97, 0.98, 0.99, 0.995, 0.999):
        called = seeds >= threshold
        hits = int((called & truth).sum())
        points.append(
            Point(
                round(float(threshold), 3),
                hits / max(int(called.sum()), 1),
                hits / max(int(truth.sum()), 1),
                float((clean >= threshold).mean()) if len(clean) else 0.0,
            )
        )
    return points


def choose(points: Sequence[Point], alarms: float) -> Point:
    """The point of the best F1 among those with at most `alarms` false alarms; the fewest alarms where none has."""
    allowed = [point for point in points if point.false_alarms <= alarms]
    if not allowed:
        return min(points, key=lambda point: point.false_alarms)
    return max(allowed, key=lambda p: 2 * p.precision * p.recall / max(p.precision + p.recall, 1e-9))


def sigmoid(values: Floats) -> Floats:
    """The logistic function, safe for large values."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -60.0, 60.0))))
