"""Answers find their steps."""

import pytest

from detector.demo.board import Answer, Board
from detector.demo.script import Expectation
from tests.unit.demo.stories import at, step, verdict


def test_an_answer_belongs_to_the_step_whose_record_it_names() -> None:
    board = Board([step("one"), step("two")])
    for number in (0, 1):
        board.sent(number, due=10.0 + number)
        assert board.delivered(number, at(7 + number)) == []
    (joined,) = board.answered(Answer(at(8), reason="not-json"), seen=11.25)
    assert joined.number == 1
    assert joined.step.texts == {"description": "two"}
    assert joined.latency_ms == pytest.approx(250.0)
    assert board.missing == [board.steps[0]]
    assert not board.complete


def test_an_answer_may_come_before_its_delivery_report() -> None:
    board = Board([step()])
    board.sent(0, due=1.0)
    assert board.answered(Answer(at(0)), seen=1.5) == []
    (joined,) = board.delivered(0, at(0))
    assert joined.latency_ms == pytest.approx(500.0)
    assert board.complete


def test_equal_offsets_of_different_topics_are_different_records() -> None:
    board = Board([step(), step(topic="bookings")])
    for number, topic in enumerate(("listing-updates", "bookings")):
        board.sent(number, due=0.0)
        board.delivered(number, at(3, topic))
    (joined,) = board.answered(Answer(at(3, "bookings")), seen=1.0)
    assert joined.number == 1


@pytest.mark.parametrize("early", [True, False], ids=["before the report", "after the report"])
def test_a_repeated_answer_counts_once_and_the_first_decides(*, early: bool) -> None:
    board = Board([step()])
    board.sent(0, due=0.0)
    if not early:
        board.delivered(0, at(0))
    board.answered(Answer(at(0)), seen=1.0)
    board.answered(Answer(at(0)), seen=2.0)
    if early:
        board.delivered(0, at(0))
    assert [each.latency_ms for each in board.done] == [1000.0]
    assert board.answered(Answer(at(0)), seen=3.0) == []


def test_the_first_step_waits_for_the_worker_and_its_latency_does_not_count() -> None:
    board = Board([step(), step()])
    for number, seen in enumerate((5.0, 0.02)):
        board.sent(number, due=0.0)
        board.delivered(number, at(number))
        board.answered(Answer(at(number)), seen)
    assert board.latencies == [20.0]


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(at(0), verdict(at(0), [], fraud=True)), Expectation.FRAUD),
        (Answer(at(0), verdict(at(0), [])), Expectation.NON_FRAUD),
        (Answer(at(0), reason="not-json"), Expectation.DEAD_LETTER),
        (Answer(at(0)), Expectation.TOMBSTONE),
    ],
    ids=["fraud", "clean", "dead letter", "tombstone"],
)
def test_an_answer_surprises_when_another_outcome_was_expected(answer: Answer, outcome: Expectation) -> None:
    for expected in (None, *Expectation):
        board = Board([step(expect=expected)])
        board.sent(0, due=0.0)
        board.delivered(0, at(0))
        (joined,) = board.answered(answer, seen=0.0)
        assert joined.surprising == (expected not in {None, outcome})
