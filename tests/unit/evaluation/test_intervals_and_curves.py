"""The statistics behind the report, against values that can be worked out by hand."""

import pytest

from detector.evaluation import Scores
from detector.evaluation.curves import calibration_error, precision_recall, reliability
from detector.evaluation.intervals import mean_interval, ratio_intervals


def test_an_interval_holds_its_figure_and_narrows_with_more_texts() -> None:
    few, many = Scores(9, 1, 1, 9), Scores(900, 100, 100, 900)
    for scores in (few, many):
        interval = ratio_intervals(scores)["recall"]
        assert interval is not None
        assert interval.low < 0.9 < interval.high
    narrow, wide = ratio_intervals(many)["recall"], ratio_intervals(few)["recall"]
    assert narrow is not None
    assert wide is not None
    assert narrow.high - narrow.low < (wide.high - wide.low) / 5


def test_an_interval_is_near_the_normal_approximation_for_many_texts() -> None:
    interval = ratio_intervals(Scores(900, 0, 100, 0))["recall"]
    assert interval == pytest.approx((0.9 - 1.96 * 0.0095, 0.9 + 1.96 * 0.0095), abs=0.002)


def test_the_same_counts_have_the_same_interval() -> None:
    assert ratio_intervals(Scores(9, 1, 1, 9)) == ratio_intervals(Scores(9, 1, 1, 9))


def test_a_figure_that_does_not_exist_has_no_interval() -> None:
    assert ratio_intervals(Scores())["f1"] is None
    assert ratio_intervals(Scores(true_negatives=5))["recall"] is None
    assert mean_interval([]) is None


def test_the_interval_of_a_mean_holds_it() -> None:
    interval = mean_interval([0.0, 1.0] * 50)
    assert interval == pytest.approx((0.4, 0.6), abs=0.03)


def test_precision_and_recall_step_once_for_equal_probabilities() -> None:
    curve = precision_recall([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
    assert curve is not None
    assert curve.thresholds.tolist() == [0.9, 0.5, 0.1]
    assert curve.precision.tolist() == pytest.approx([1, 2 / 3, 1 / 2])
    assert curve.recall.tolist() == pytest.approx([1 / 2, 1, 1])
    assert curve.average_precision == pytest.approx(0.5 + 0.5 * 2 / 3)


def test_without_a_leak_there_is_no_curve() -> None:
    assert precision_recall([0.9, 0.1], [False, False]) is None


def test_bins_hold_equally_many_texts_from_the_lowest_probability_up() -> None:
    bins = reliability([0.9, 0.2, 0.1, 0.8], [True, False, False, False], bins=2)
    assert [each.confidence for each in bins] == pytest.approx([0.15, 0.85])
    assert [(each.leaks, each.texts) for each in bins] == [(0.0, 2), (0.5, 2)]
    assert calibration_error(bins) == pytest.approx((0.15 + 0.35) / 2)


def test_fewer_texts_than_bins_leave_no_empty_bin() -> None:
    assert [each.texts for each in reliability([0.5], [True], bins=10)] == [1]
    assert calibration_error([]) is None
