"""What the demo says at its end."""

import io

import pytest
from rich.console import Console

from detector.demo.board import Answer, Answered, Board
from detector.demo.script import Expectation
from detector.demo.statistics import percentile, within_promise
from detector.demo.summary import summary
from tests.unit.demo.stories import at, board_of, judged, piece, step

LEAK = "Write to host@example.com or call (415) 555-0132."
PIECES = [piece(LEAK, "host@example.com", "email"), piece(LEAK, "(415) 555-0132")]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, 0.0),
        ([7.0], 0.99, 7.0),
        ([3.0, 1.0, 2.0], 0.5, 2.0),
        ([1.0, 2.0, 3.0, 4.0], 0.5, 2.0),
        ([float(value) for value in range(1, 101)], 0.95, 95.0),
        ([float(value) for value in range(1, 101)], 0.99, 99.0),
        ([float(value) for value in range(1, 72)], 0.99, 71.0),
        ([1.0, 2.0], 1.0, 2.0),
    ],
)
def test_a_percentile_is_a_measured_value(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 1.0), ([250.0], 1.0), ([100.0, 250.1], 0.5)])
def test_the_promise_is_kept_up_to_and_with_250_ms(values: list[float], share: float) -> None:
    assert within_promise(values) == share


def said(board: Board, first: float | None = 1.94, width: int = 100) -> str:
    written = io.StringIO()
    Console(file=written, width=width).print(summary(board, first, width, colours=False))
    return written.getvalue()


def row(text: str, name: str) -> list[str]:
    """The words behind a row's name."""
    (line,) = (line for line in text.splitlines() if line.startswith(name + " "))
    return line.removeprefix(name).split()


def test_verdicts_are_counted_by_kind_and_outcome() -> None:
    text = said(
        board_of(
            judged(0, LEAK, PIECES),
            judged(1, "Clean.", []),
            judged(2, "Clean.", []),
            judged(3, LEAK, PIECES, topic="bookings"),
            Answered(4, step(), Answer(at(4), reason="not-json"), 5.0),
            Answered(5, step(), Answer(at(5)), 5.0),
        )
    )
    assert row(text, "listing") == ["1", "2", "1", "1"]
    assert row(text, "booking") == ["1", "0", "0", "0"]
    assert row(text, "evidence") == ["phone", "2", "email", "2"] or row(text, "evidence") == [
        "email",
        "2",
        "phone",
        "2",
    ]
    assert row(text, "dead letters") == ["not-json", "1"]
    assert row(text, "answered") == ["6", "of", "6", "events"]


def test_latency_is_told_without_the_first_event_and_measured_against_the_promise() -> None:
    text = said(board_of(*(judged(n, "Clean.", [], latency_ms=ms) for n, ms in enumerate((9000, 10, 20, 30, 300)))))
    assert row(text, "send to verdict") == ["p50", "20", "p95", "300", "p99", "300", "max", "300", "ms"]
    assert row(text, "within 250 ms") == ["75.0%"]
    assert row(text, "first verdict")[0] == "1.9"


def test_what_differs_from_the_expectation_is_shown_with_its_text() -> None:
    text = said(
        board_of(
            judged(0, LEAK, PIECES, Expectation.NON_FRAUD),
            judged(1, "Clean as a whistle.", [], Expectation.NON_FRAUD),
            judged(2, "No hope was had.", []),
        )
    )
    assert row(text, "as expected") == ["1", "of", "2"]
    assert "Write to [host@example.com] or call [(415) 555-0132]." in text
    assert "expected NonFraud" in text
    assert "whistle" not in text
    assert "No hope" not in text


def test_without_expectations_none_are_reckoned_up() -> None:
    text = said(board_of(judged(0, LEAK, PIECES)))
    assert "xpected" not in text


def test_events_without_an_answer_are_named() -> None:
    text = said(board_of(judged(0, LEAK, PIECES), unanswered=7), first=None)
    assert row(text, "answered") == ["1", "of", "8", "events"]
    assert row(text, "no answer for") == ["L-1,", "L-1,", "L-1,", "L-1,", "L-1", "and", "2", "more"]
    assert "first verdict" not in text


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_summary_keeps_to_the_width_of_the_terminal(width: int) -> None:
    text = said(board_of(judged(0, LEAK * 20, PIECES, Expectation.NON_FRAUD)), width=width)
    assert max(len(line) for line in text.splitlines()) <= width
