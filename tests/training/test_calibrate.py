"""Calibration and thresholds: right on data made for it, and never turning the order of texts around."""

from itertools import pairwise

import numpy as np
import pytest

from detector.training.calibrate import Point, calibration_error, choose, curve, fit, margins, sigmoid


def test_margins_invert_the_logistic_function() -> None:
    assert margins(list(sigmoid(np.array([-3.0, 0.0, 5.0])))) == pytest.approx([-3, 0, 5])


def test_fit_finds_the_temperature_and_lowers_the_calibration_error() -> None:
    rng = np.random.default_rng(1)
    true_margins = rng.normal(0, 2, 4000)
    labels = list(rng.random(4000) < sigmoid(true_margins))
    overconfident = true_margins * 3
    temperature, bias = fit(overconfident, labels)
    assert temperature == pytest.approx(3, rel=0.15)
    assert bias == pytest.approx(0, abs=0.15)
    before = calibration_error(sigmoid(overconfident), labels)
    assert calibration_error(sigmoid(overconfident / temperature + bias), labels) < before / 2


def test_the_calibration_error_is_the_same_whatever_share_of_the_texts_leaks() -> None:
    probabilities, labels = np.array([0.75, 0.75, 0.15, 0.15]), [True, False, False, False]
    error = calibration_error(probabilities, labels)
    assert error == pytest.approx(0.5 * 0.25 - (1 / 6) * 0.75 + 2 * (1 / 6) * 0.15)
    clean = [1, 2, 3]
    more = calibration_error(np.append(probabilities, probabilities[clean]), [*labels, False, False, False])
    assert more == pytest.approx(error)


def test_separable_data_keeps_a_finite_positive_temperature() -> None:
    temperature, bias = fit(np.array([-5.0, -4.0, 4.0, 5.0]), [False, False, True, True])
    assert 0 < temperature < 50
    assert np.isfinite(bias)


def test_the_best_f1_within_the_allowed_alarms_is_chosen() -> None:
    points = [Point(0.3, 0.8, 0.99, 0.01), Point(0.5, 0.9, 0.9, 0.001), Point(0.9, 1.0, 0.4, 0.0)]
    assert choose(points, 0.002).threshold == 0.5
    assert choose(points, 0.02).threshold == 0.5
    assert choose(points, -1).threshold == 0.9


def test_the_curve_falls_in_recall_and_alarms() -> None:
    points = curve(np.array([0.2, 0.6, 0.9]), [False, True, True], np.array([0.1, 0.7]))
    assert points[0].recall == 1
    assert points[-1].recall == 0
    assert all(a.false_alarms >= b.false_alarms for a, b in pairwise(points))
