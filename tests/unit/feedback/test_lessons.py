"""What is learned from an opinion: a label for each text that it surely speaks of, and never more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from detector.errors import InvalidRecord
from detector.feedback import (
    Feedback,
    FeedbackReason,
    Lesson,
    Unusable,
    lessons_of,
    newest,
    read,
    without_contradictions,
)
from detector.verdicts import Evidence, Label

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
LEAK = "Ring Ines on 07700 900123 for a better price."
CLEAN = "Two quiet rooms near the old harbour."
MARK = (13, 25)
CANARY = "zebra"
ONE, TWO = {"name": LEAK}, {"name": LEAK, "houseRules": CLEAN}
WRONG_PLACE = FeedbackReason.WRONG_PLACE


def evidence(attribute: str = "name", start: int = MARK[0], end: int = MARK[1], category: str = "phone") -> Evidence:
    return Evidence(attribute=attribute, category=category, start=start, end=end, score=0.9)


def opinion(attributes: dict[str, str] | None, label: str, **members: Any) -> Feedback:
    return Feedback(
        **{
            "feedback_id": "f-1",
            "verdict_id": "v-1",
            "given_at": NOW,
            "label": Label(label),
            "probability_score": 0.5,
            "model_code": "M",
            "model_version": "1",
            "refresh_version": "r",
            "model_segment": "SUPPLY",
            "evidence": [],
            "attributes": attributes,
            **members,
        }
    )


def lessons(feedback: Feedback) -> list[Lesson]:
    found = lessons_of(feedback)
    assert not isinstance(found, Unusable)
    return found


def taught(feedback: Feedback) -> Unusable | dict[str, tuple[bool, list[tuple[int, int]]]]:
    """Text to its label and the places of its marks."""
    found = lessons_of(feedback)
    if isinstance(found, Unusable):
        return found
    assert len({lesson.text for lesson in found}) == len(found)
    return {lesson.text: (lesson.leak, [(mark.start, mark.end) for mark in lesson.marks]) for lesson in found}


@pytest.mark.parametrize(
    ("texts", "label", "right", "members", "expected"),
    [
        pytest.param(ONE, "Fraud", True, {"evidence": [evidence()]}, {LEAK: (True, [MARK])}, id="right, shown"),
        pytest.param(ONE, "Fraud", True, {}, {LEAK: (True, [])}, id="right, nothing shown"),
        pytest.param(
            ONE, "Fraud", True, {"evidence": [evidence()], "reason": WRONG_PLACE}, {LEAK: (True, [])}, id="wrong place"
        ),
        pytest.param(ONE, "Fraud", False, {"evidence": [evidence()]}, {LEAK: (False, [])}, id="no leak after all"),
        pytest.param(
            ONE,
            "Fraud",
            False,
            {"evidence": [evidence()], "reason": FeedbackReason.PRICE_OR_DATE},
            {LEAK: (False, [])},
            id="no leak, and why",
        ),
        pytest.param(ONE, "NonFraud", True, {}, {LEAK: (False, [])}, id="rightly passed over"),
        pytest.param(
            ONE, "NonFraud", False, {"reason": FeedbackReason.MISSED_PHONE}, {LEAK: (True, [])}, id="missed, and what"
        ),
        pytest.param(ONE, "NonFraud", False, {}, {LEAK: (True, [])}, id="missed"),
        pytest.param(TWO, "Fraud", True, {"evidence": [evidence()]}, {LEAK: (True, [MARK])}, id="one of two is shown"),
        pytest.param(TWO, "Fraud", False, {"evidence": [evidence()]}, {LEAK: (False, [])}, id="one of two was called"),
        pytest.param(TWO, "NonFraud", True, {}, {LEAK: (False, []), CLEAN: (False, [])}, id="both are clean"),
        pytest.param(TWO, "NonFraud", False, {}, Unusable.WHICH_TEXT, id="one of two was missed"),
        pytest.param(TWO, "NonFraud", False, {"attribute": "name"}, {LEAK: (True, [])}, id="the one that was missed"),
        pytest.param(TWO, "Fraud", True, {"attribute": "name"}, {LEAK: (True, [])}, id="the one of two, nothing shown"),
        pytest.param(
            TWO,
            "Fraud",
            True,
            {"evidence": [evidence("houseRules")], "reason": WRONG_PLACE, "attribute": "name"},
            {LEAK: (True, [])},
            id="the one of two, wrong place",
        ),
        pytest.param(
            TWO,
            "Fraud",
            True,
            {"evidence": [evidence()], "attribute": "houseRules"},
            {LEAK: (True, [MARK])},
            id="what is shown is believed first",
        ),
        pytest.param(
            TWO,
            "NonFraud",
            True,
            {"attribute": "name"},
            {LEAK: (False, []), CLEAN: (False, [])},
            id="both are clean, whatever was named",
        ),
        pytest.param(
            TWO, "NonFraud", False, {"attribute": "elsewhere"}, Unusable.OTHER_TEXT, id="a text that is not there"
        ),
        pytest.param(TWO, "Fraud", True, {}, Unusable.WHICH_TEXT, id="one of two, nothing shown"),
        pytest.param(TWO, "Fraud", False, {}, Unusable.WHICH_TEXT, id="one of two was called, nothing shown"),
        pytest.param(
            TWO,
            "Fraud",
            True,
            {"evidence": [evidence()], "reason": WRONG_PLACE},
            Unusable.WHICH_TEXT,
            id="one of two, wrong place",
        ),
        pytest.param(
            {"name": LEAK, "houseRules": " \n"}, "NonFraud", False, {}, {LEAK: (True, [])}, id="the other is blank"
        ),
        pytest.param(None, "NonFraud", True, {}, Unusable.NO_TEXT, id="no text"),
        pytest.param({"name": " "}, "NonFraud", True, {}, Unusable.NO_TEXT, id="blank"),
        pytest.param(
            ONE, "Fraud", True, {"evidence": [evidence(end=len(LEAK) + 1)]}, Unusable.OTHER_TEXT, id="beyond the text"
        ),
        pytest.param(
            ONE, "Fraud", True, {"evidence": [evidence(attribute="houseRules")]}, Unusable.OTHER_TEXT, id="no such text"
        ),
        pytest.param(
            ONE, "Fraud", True, {"evidence": [evidence(category="pigeon")]}, Unusable.OTHER_TEXT, id="no category"
        ),
        pytest.param(
            ONE, "Fraud", True, {"evidence": [evidence(start=25, end=25)]}, Unusable.OTHER_TEXT, id="empty place"
        ),
        pytest.param(
            ONE,
            "Fraud",
            True,
            {"evidence": [evidence(start=14, end=20), evidence()]},
            {LEAK: (True, [MARK])},
            id="places that overlap",
        ),
    ],
)
def test_texts_are_labelled_where_it_is_sure_that_they_are_meant(
    texts: dict[str, str] | None,
    label: str,
    right: bool,  # noqa: FBT001
    members: dict[str, Any],
    expected: object,
) -> None:
    assert taught(opinion(texts, label, right=right, **members)) == expected


def test_lessons_belong_to_their_listing_or_else_their_verdict() -> None:
    of_listing, of_none = opinion(ONE, "NonFraud", right=True, listing_id="L-1"), opinion(ONE, "NonFraud", right=True)
    assert [lesson.group for each in (of_listing, of_none) for lesson in lessons(each)] == ["L-1", "v-1"]


def test_of_texts_that_read_alike_the_last_lesson_stays() -> None:
    texts = ["Ring 07700 900123", "quiet", "RING  \uff10\uff17700 900123"]
    labels = [False, False, True]
    found = [
        lesson
        for text, wrong in zip(texts, labels, strict=True)
        for lesson in lessons(opinion({"name": text}, "NonFraud", right=not wrong))
    ]
    kept = without_contradictions(found)
    assert {lesson.text: lesson.leak for lesson in kept} == {texts[1]: False, texts[2]: True}


def test_the_newest_opinion_of_a_verdict_counts_and_of_two_at_once_the_later_in_the_log() -> None:
    def given(verdict: str, feedback: str, minute: int) -> Feedback:
        at = NOW + timedelta(minutes=minute)
        return opinion(ONE, "Fraud", right=True, verdict_id=verdict, feedback_id=feedback, given_at=at)

    log = [
        given("a", "1", 5),
        given("b", "2", 0),
        given("a", "3", 1),
        given("b", "4", 0),
        given("b", "5", 9),
        given("c", "6", 0),
    ]
    assert [each.feedback_id for each in newest(log)] == ["6", "1", "5"]
    assert [each.feedback_id for each in newest([log[1], log[3]])] == ["4"]


def test_what_was_written_is_read_again() -> None:
    written = opinion(ONE, "Fraud", right=True, evidence=[evidence()], listing_id="L-1")
    assert read(written.message.value) == written
    assert read(b"\0\0\0\0\x07" + written.message.value) == written


@pytest.mark.parametrize(
    ("value", "member"),
    [
        pytest.param(None, "feedback", id="tombstone"),
        pytest.param(CANARY.encode(), "feedback", id="no JSON"),
        pytest.param(b'{"right": "%s"}' % CANARY.encode(), "feedbackId", id="members missing"),
        pytest.param(
            opinion({"x": CANARY}, "Fraud", right=True).message.value.replace(b'"x"', b'"%s\\u0000"' % CANARY.encode()),
            "attributes",
            id="an attribute's name",
        ),
    ],
)
def test_what_cannot_be_read_is_told_by_its_member_and_not_quoted(value: bytes | None, member: str) -> None:
    with pytest.raises(InvalidRecord) as caught:
        read(value)
    assert caught.value.field == member
    assert CANARY not in str(caught.value)


def test_a_lesson_shows_no_text() -> None:
    (lesson,) = lessons(opinion({"name": CANARY}, "NonFraud", right=True))
    assert CANARY not in repr(lesson)
