"""From token probabilities to stretches of text."""

from collections.abc import Sequence

import numpy as np
import pytest

from detector.model.evidence import recognised, softmax, spans_of, with_recognised
from detector.recognisers import Finding
from detector.scoring import Span

LABELS = ("O", "phone", "url")


def found(
    leaks: Sequence[float], continues: Sequence[bool] | None = None, threshold: float = 0.5
) -> list[tuple[int, int]]:
    """Token ranges of the evidence where each token is a phone number with the given probability."""
    rows = np.array([[1 - leak, leak, 0.0] for leak in leaks], dtype=np.float32).reshape(-1, 3)
    offsets = [(10 * index, 10 * index + 9) for index in range(len(leaks))]
    inner = np.array(continues if continues is not None else [False] * len(leaks), dtype=np.bool_)
    return [(span.start // 10, span.end // 10) for span in spans_of(rows, offsets, inner, LABELS, threshold)]


@pytest.mark.parametrize(
    ("leaks", "expected"),
    [
        pytest.param([], [], id="no tokens"),
        pytest.param([0.1, 0.2, 0.3], [], id="none sure enough"),
        pytest.param([0.1, 0.9, 0.8, 0.1], [(1, 2)], id="one run"),
        pytest.param([0.9, 0.9, 0.1, 0.1, 0.9], [(0, 1), (4, 4)], id="two runs, at both ends"),
        pytest.param([0.9], [(0, 0)], id="the only token"),
        pytest.param([0.9, 0.9, 0.9], [(0, 2)], id="all of it"),
        pytest.param([0.5, 0.1, 0.1], [(0, 0)], id="exactly sure enough"),
    ],
)
def test_a_run_of_sure_tokens_is_a_leak(leaks: list[float], expected: list[tuple[int, int]]) -> None:
    assert found(leaks) == expected


@pytest.mark.parametrize(
    ("leaks", "expected"),
    [
        pytest.param([0.9, 0.1, 0.9], [(0, 2)], id="one doubtful token between two sure ones is bridged"),
        pytest.param([0.9, 0.1, 0.1, 0.9], [(0, 0), (3, 3)], id="two are not"),
        pytest.param([0.1, 0.9, 0.1], [(1, 1)], id="the ends are not grown"),
        pytest.param([0.9, 0.1, 0.9, 0.1, 0.9], [(0, 4)], id="each gap by itself"),
    ],
)
def test_gaps_of_one_token_are_bridged(leaks: list[float], expected: list[tuple[int, int]]) -> None:
    assert found(leaks) == expected


@pytest.mark.parametrize(
    ("leaks", "continues", "expected"),
    [
        pytest.param([0.1, 0.1, 0.9, 0.1], [False, False, True, False], [(1, 2)], id="back to the word's start"),
        pytest.param([0.9, 0.1, 0.1, 0.1], [False, True, True, False], [(0, 2)], id="on to the word's end"),
        pytest.param([0.1, 0.9, 0.1], [True, True, False], [(0, 1)], id="a window that starts inside a word"),
        pytest.param([0.9, 0.1], [False, False], [(0, 0)], id="not into the next word"),
    ],
)
def test_a_leak_takes_whole_words(leaks: list[float], continues: list[bool], expected: list[tuple[int, int]]) -> None:
    assert found(leaks, continues) == expected


def test_the_threshold_is_the_manifests() -> None:
    assert found([0.6, 0.1, 0.1], threshold=0.7) == []


def test_the_category_is_the_likeliest_over_the_whole_run_and_the_score_its_mean() -> None:
    rows = np.array([[0.2, 0.7, 0.1], [0.1, 0.3, 0.6], [0.3, 0.2, 0.5]], dtype=np.float32)
    (span,) = spans_of(rows, [(0, 4), (5, 9), (10, 12)], np.zeros(3, dtype=np.bool_), LABELS, 0.5)
    assert span[:3] == ("phone", 0, 12), "1.2 against 1.2 in sum: the first of equals"
    assert span.score == pytest.approx(0.8)


def test_softmax_survives_large_logits() -> None:
    rows = softmax(np.array([[1000.0, 0.0], [-1000.0, -1000.0]], dtype=np.float32))
    assert rows.tolist() == [[1.0, 0.0], [0.5, 0.5]]


BY_RULE = Span("email", 5, 16, 1.0, ("recogniser",))


def test_findings_that_are_leaks_by_form_and_inside_the_window_are_recognised() -> None:
    findings = [Finding(0, 3, "handle"), Finding(5, 16, "email"), Finding(5, 16, "digits-9"), Finding(20, 30, "link")]
    assert recognised(findings, [(5, 9), (9, 24)]) == (BY_RULE,)


@pytest.mark.parametrize(
    ("span", "found_by"),
    [((0, 6), ("model", "recogniser")), ((15, 20), ("model", "recogniser")), ((16, 20), ("model",))],
)
def test_what_the_model_marks_where_a_recogniser_saw_something_was_found_by_both(
    span: tuple[int, int], found_by: tuple[str, ...]
) -> None:
    (told,) = with_recognised([Span("email", *span, 0.9)], [BY_RULE])
    assert (told.start, told.end, told.score, told.found_by) == (*span, 0.9, found_by)


def test_where_the_model_marks_nothing_the_recognisers_speak() -> None:
    assert with_recognised([], [BY_RULE]) == (BY_RULE,)


def test_where_the_model_marks_something_a_recogniser_it_overrules_is_silent() -> None:
    mine = Span("phone", 40, 50, 0.9)
    assert with_recognised([mine], [BY_RULE]) == (mine,)
