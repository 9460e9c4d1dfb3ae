"""One bad window does not take its batch with it."""

import math
from collections.abc import Sequence

import pytest

from detector.errors import Retry
from detector.scoring import KeywordScorer, ModelFailure, Span, Window, WindowScore, score_each


class Counting(KeywordScorer):
    """Fails whenever one of the poisoned texts is in the batch; counts its calls."""

    def __init__(self, *poison: int, error: type[Exception] = RuntimeError) -> None:
        super().__init__()
        self._poison = {f"text{number}" for number in poison}
        self._error = error
        self.calls = 0

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        self.calls += 1
        if any(window.text in self._poison for window in windows):  # type: ignore[attr-defined]
            raise self._error("cannot read text7")
        return [WindowScore(int(window.text.removeprefix("text")) / 1000) for window in windows]  # type: ignore[attr-defined]


class Answering(KeywordScorer):
    """Answers with the given scores."""

    def __init__(self, *scores: WindowScore) -> None:
        super().__init__()
        self._scores = scores

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        return self._scores


def windows(count: int) -> list[Window]:
    return [window for number in range(count) for window in KeywordScorer().windows(f"text{number}")]


@pytest.mark.parametrize("poison", [0, 17, 63])
def test_one_poisoned_window_in_64_leaves_63_scores_in_their_order(poison: int) -> None:
    scorer = Counting(poison)
    results = score_each(scorer, windows(64))
    expected: list[WindowScore | ModelFailure] = [WindowScore(number / 1000) for number in range(64)]
    expected[poison] = ModelFailure("RuntimeError")
    assert results == expected


def test_one_poisoned_window_in_64_costs_about_two_calls_per_halving() -> None:
    scorer = Counting(17)
    score_each(scorer, windows(64))
    assert scorer.calls == 1 + 2 * 6


def test_a_good_batch_costs_one_call() -> None:
    scorer = Counting()
    score_each(scorer, windows(64))
    assert scorer.calls == 1


def test_a_batch_that_is_poison_throughout_fails_window_by_window_in_less_than_two_calls_each() -> None:
    scorer = Counting(*range(8))
    assert score_each(scorer, windows(8)) == [ModelFailure("RuntimeError")] * 8
    assert scorer.calls == 15


def test_a_cause_that_may_pass_is_not_blamed_on_a_window() -> None:
    scorer = Counting(3, error=Retry)
    with pytest.raises(Retry):
        score_each(scorer, windows(8))
    assert scorer.calls == 1


def test_a_failure_keeps_the_errors_class_and_not_its_message() -> None:
    (result,) = score_each(Counting(0, error=ZeroDivisionError), windows(1))
    assert result == ModelFailure("ZeroDivisionError")


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, -0.001, 1.001])
def test_what_is_no_probability_is_a_failure_of_that_window_alone(value: float) -> None:
    good = WindowScore(0.5)
    assert score_each(Answering(good, WindowScore(value), good), windows(3)) == [
        good,
        ModelFailure("NotAProbability"),
        good,
    ]


@pytest.mark.parametrize("value", [math.nan, -0.001, 1.001])
def test_evidence_that_is_no_probability_is_a_failure_of_that_window(value: float) -> None:
    score = WindowScore(0.9, (Span("phone", 0, 4, value),))
    assert score_each(Answering(score), windows(1)) == [ModelFailure("NotAProbability")]


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_the_ends_of_the_scale_are_probabilities(value: float) -> None:
    assert score_each(Answering(WindowScore(value)), windows(1)) == [WindowScore(value)]


def test_a_scorer_that_answers_for_too_few_windows_is_a_defect() -> None:
    with pytest.raises(AssertionError, match="gave 1 scores for 2 windows"):
        score_each(Answering(WindowScore(0.5)), windows(2))
