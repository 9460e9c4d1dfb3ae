"""What one event looks like."""

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from detector.demo.board import Answer, Answered
from detector.demo.excerpt import excerpt, told
from detector.demo.script import Expectation, Step
from detector.demo.view import View, entry
from detector.terminal import CATEGORY_STYLES
from detector.verdicts import Evidence
from tests.unit.demo.stories import at, board_of, judged, piece, step, verdict

FILLER = "A quiet street near the harbour. "
NUMBER = "(415) 555-0132"
ADDRESS = "host@example.com"


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        pytest.param(f"Call {NUMBER}.", 40, f"Call [{NUMBER}].", id="a text that fits stays whole"),
        pytest.param("a" * 50 + NUMBER, 24, "…" + "a" * 8 + f"[{NUMBER}]", id="cut before"),
        pytest.param(NUMBER + "a" * 50, 24, f"[{NUMBER}]" + "a" * 8 + "…", id="cut behind"),
        pytest.param("a" * 50 + NUMBER + "a" * 50, 24, "…aaaa" + f"[{NUMBER}]" + "aaaa…", id="cut on both sides"),
        pytest.param("一" * 50 + NUMBER + "一" * 50, 24, f"…一一[{NUMBER}]一一…", id="wide characters count double"),
    ],
)
def test_a_text_is_cut_around_its_evidence(text: str, width: int, shown: str) -> None:
    assert excerpt(text, [piece(text, NUMBER)], width, colours=False).plain == shown


def test_a_clean_text_is_cut_at_its_end() -> None:
    assert excerpt("abcdefghij" * 3, [], 12, colours=False).plain == "abcdefghij…"


def test_evidence_that_stands_close_together_is_shown_together() -> None:
    text = FILLER * 5 + f"{NUMBER} or {ADDRESS}" + FILLER * 5
    found = [piece(text, ADDRESS, "email"), piece(text, NUMBER)]
    assert f"[{NUMBER}] or [{ADDRESS}]" in excerpt(text, found, 60, colours=False).plain


def test_of_evidence_that_stands_far_apart_the_first_is_shown() -> None:
    text = NUMBER + FILLER * 20 + ADDRESS
    plain = excerpt(text, [piece(text, ADDRESS, "email"), piece(text, NUMBER)], 60, colours=False).plain
    assert NUMBER in plain
    assert ADDRESS not in plain


def test_evidence_longer_than_the_line_is_cut_too() -> None:
    text = "book outside the platform " * 10
    shown = excerpt(text, [piece(text, text, "solicitation")], 30, colours=True)
    assert shown.plain.startswith("book outside")
    assert cell_len(shown.plain) <= 30


def test_on_a_terminal_evidence_has_its_categorys_colour_and_no_brackets() -> None:
    text = FILLER * 5 + NUMBER + FILLER * 5
    shown = excerpt(text, [piece(text, NUMBER)], 60, colours=True)
    (span,) = shown.spans
    assert shown.plain[span.start : span.end] == NUMBER
    assert span.style == CATEGORY_STYLES["phone"]
    assert "[" not in shown.plain


def test_a_text_cannot_steer_the_terminal_and_hidden_characters_show() -> None:
    shown = excerpt("one\ntwo\x1b[31m\u202ethree\u200bfour", [], 80, colours=False).plain
    assert shown == "one two [31m·three·four"


@given(
    st.text(max_size=200), st.lists(st.tuples(st.integers(0, 220), st.integers(1, 50)), max_size=4), st.integers(8, 90)
)
def test_no_text_is_too_odd_to_show(text: str, places: list[tuple[int, int]], width: int) -> None:
    evidence = [
        Evidence(attribute="description", category="phone", start=start, end=start + size, score=1.0)
        for start, size in places
    ]
    shown = excerpt(text, evidence, width, colours=True).plain
    assert cell_len(shown) <= width
    assert all(each.isprintable() or each.isspace() for each in shown if each.isascii())


@pytest.mark.parametrize(
    ("evidence", "fraud", "attribute"),
    [
        ([], False, "houseRules"),
        ([], True, "description"),
        ([piece(ADDRESS, ADDRESS, attribute="houseRules")], True, "houseRules"),
        ([piece(ADDRESS, ADDRESS, attribute=name) for name in ("houseRules", "description")], True, "description"),
    ],
    ids=["the longest of a clean event", "the top one without evidence", "the one with evidence", "the top one"],
)
def test_of_several_texts_the_telling_one_is_shown(
    *, evidence: Sequence[Evidence], fraud: bool, attribute: str
) -> None:
    texts = {"description": ADDRESS, "houseRules": ADDRESS + " (reception)"}
    text, shown = told(verdict(at(0), list(evidence), fraud=fraud), texts)
    assert text == texts[attribute]
    assert {each.attribute for each in shown} <= {attribute}


def lines(answered: Answered) -> tuple[str, str]:
    first, second = entry(answered, 100, colours=False)
    return first.plain, second.plain


def test_an_entry_says_what_it_is_how_long_it_took_and_what_was_found() -> None:
    text = f"Call {NUMBER} now"
    first, second = lines(judged(3, text, [piece(text, NUMBER)], topic="bookings", latency_ms=33.4))
    assert first.split() == ["booking", "L-1", "33", "ms", "Fraud", "0.9000", "phone"]
    assert second == f"Call [{NUMBER}] now"


def test_an_entry_says_when_something_else_was_expected() -> None:
    assert lines(judged(3, "Clean.", [], Expectation.FRAUD))[0].endswith("expected Fraud")
    assert "expected" not in lines(judged(3, "Clean.", [], Expectation.NON_FRAUD))[0]


def test_the_first_entrys_time_is_not_shown_as_a_latency() -> None:
    first, _ = lines(judged(0, "Clean.", [], latency_ms=2000.0))
    assert "warm-up" in first
    assert "2000" not in first


def test_a_dead_letter_is_shown_with_its_reason_and_a_tombstone_as_one() -> None:
    broken = Answered(1, Step(None, None, b"x", {}, None), Answer(at(1), reason="not-json"), 5.0)
    first, second = lines(broken)
    assert "dead-letter" in first
    assert "(no key)" in first
    assert "not-json" in second
    assert "tombstone" in lines(Answered(2, step(), Answer(at(2)), 5.0))[0]


@pytest.mark.parametrize("terminal", [True, False])
def test_the_panel_is_for_terminals_only(*, terminal: bool) -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=terminal, width=80, _environ={"TERM": "xterm-256color"})
    text = FILLER * 5 + NUMBER
    one = judged(1, text, [piece(text, NUMBER)])
    with View(console, board_of(one)) as view:
        view.note("Playing")
        view.show(one)
    assert ("p95" in written.getvalue()) is terminal
    assert (f"[{NUMBER}]" in written.getvalue()) is not terminal
    assert NUMBER in written.getvalue()
    assert ("\x1b" in written.getvalue()) is terminal
