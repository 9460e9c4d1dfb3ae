"""Window scores become one score per attribute, and spans become evidence in the original."""

import pytest

from detector.scoring import Span, WindowScore
from detector.text import Prepared
from detector.verdicts import attribute_score


def plain(length: int = 100) -> Prepared:
    return Prepared("x" * length, range(length), range(1, length + 1))


def spans_of(*windows: list[Span]) -> list[Span]:
    return list(attribute_score("name", plain(), [WindowScore(0.9, tuple(spans)) for spans in windows]).spans)


def test_the_highest_window_decides() -> None:
    assert attribute_score("name", plain(), [WindowScore(0.2), WindowScore(0.7), WindowScore(0.1)]).probability == 0.7


def test_a_text_without_windows_is_clean() -> None:
    assert attribute_score("name", plain(0), []) == ("name", 0.0, ())


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        pytest.param(
            ([Span("phone", 5, 15, 0.8)], [Span("phone", 10, 20, 0.9)]), [Span("phone", 5, 20, 0.9)], id="overlap"
        ),
        pytest.param(
            ([Span("phone", 5, 10, 0.8), Span("phone", 10, 20, 0.6)],), [Span("phone", 5, 20, 0.8)], id="touch"
        ),
        pytest.param(
            ([Span("phone", 5, 30, 0.8)], [Span("phone", 10, 12, 0.9)]), [Span("phone", 5, 30, 0.9)], id="one inside"
        ),
        pytest.param(
            ([Span("phone", 5, 10, 0.8), Span("phone", 11, 20, 0.6)],),
            [Span("phone", 5, 10, 0.8), Span("phone", 11, 20, 0.6)],
            id="a gap keeps them apart",
        ),
        pytest.param(
            ([Span("url", 5, 15, 0.8), Span("email", 5, 15, 0.6)],),
            [Span("email", 5, 15, 0.6), Span("url", 5, 15, 0.8)],
            id="two categories in one place",
        ),
        pytest.param(
            ([Span("url", 30, 40, 0.8)], [Span("phone", 1, 9, 0.6)]),
            [Span("phone", 1, 9, 0.6), Span("url", 30, 40, 0.8)],
            id="in text order",
        ),
        pytest.param(([Span("url", 7, 7, 0.8)],), [], id="an empty span is no evidence"),
    ],
)
def test_spans_of_one_category_that_meet_are_one_leak(windows: tuple[list[Span], ...], expected: list[Span]) -> None:
    assert spans_of(*windows) == expected


def test_spans_are_told_in_the_original() -> None:
    prepared = Prepared("abc", starts=(0, 4, 9), ends=(4, 9, 10))
    scored = attribute_score("name", prepared, [WindowScore(0.9, (Span("phone", 1, 3, 0.9),))])
    assert scored.spans == (Span("phone", 4, 10, 0.9),)


def test_spans_that_meet_in_the_original_only_are_one_leak_too() -> None:
    prepared = Prepared("ab", starts=(0, 0), ends=(5, 5))
    scored = attribute_score("n", prepared, [WindowScore(0.9, (Span("url", 0, 1, 0.5), Span("url", 1, 2, 0.7)))])
    assert scored.spans == (Span("url", 0, 5, 0.7),)


def test_joined_spans_remember_all_who_found_them() -> None:
    scores = [
        WindowScore(0.9, (Span("url", 0, 4, 0.7, ("model",)),)),
        WindowScore(0.9, (Span("url", 2, 6, 1.0, ("recogniser",)),)),
    ]
    (span,) = attribute_score("name", plain(), scores).spans
    assert span == Span("url", 0, 6, 1.0, ("model", "recogniser"))
