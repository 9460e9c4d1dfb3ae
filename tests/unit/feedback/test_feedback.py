"""What can be said of a verdict, and what is written of it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from detector.feedback import MOST_NOTE, Feedback, FeedbackReason, fits
from detector.verdicts import Label, Verdict
from tests.samples import CLEAN, LEAK, event, verdict_of

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
CANARY = "zebra"
OF_FRAUD = {
    "licence-or-reference-number",
    "price-or-date",
    "platform-contact",
    "emergency-or-public-number",
    "name-or-place",
    "other",
}
OF_NON_FRAUD = {
    "missed-phone",
    "missed-email",
    "missed-url",
    "missed-social",
    "missed-messenger",
    "missed-solicitation",
    "other",
}


def verdict(text: str = LEAK, **members: object) -> Verdict:
    return verdict_of(event({"name": text}, **members))


def given(judged: Verdict, **members: Any) -> Feedback:
    return Feedback.on(judged, **{"feedback_id": "f-1", "given_at": NOW, "right": True, **members})


@pytest.mark.parametrize(
    ("label", "right", "reasons"),
    [
        (Label.FRAUD, False, OF_FRAUD),
        (Label.NON_FRAUD, False, OF_NON_FRAUD),
        (Label.FRAUD, True, {"wrong-place"}),
        (Label.NON_FRAUD, True, set()),
    ],
)
def test_each_label_has_its_own_reasons(label: Label, right: bool, reasons: set[str]) -> None:  # noqa: FBT001
    assert {reason.value for reason in FeedbackReason if fits(reason, label, right=right)} == reasons
    assert fits(None, label, right=right)


def test_it_repeats_of_the_verdict_what_is_needed_to_learn_from_it() -> None:
    judged = verdict(listingId="L-42")
    document = json.loads(given(judged, right=False, reason=FeedbackReason.OTHER, note="Mine.").message.value)
    theirs = judged.model_dump(mode="json", by_alias=True, exclude_none=True)
    same = ("verdictId", "probabilityScore", "modelCode", "modelVersion", "refreshVersion", "modelSegment", "source")
    assert document == {
        "feedbackId": "f-1",
        "givenAt": "2026-11-20T10:00:00Z",
        "right": False,
        "reason": "other",
        "note": "Mine.",
        "label": "Fraud",
        "listingId": "L-42",
        "evidence": theirs["scoreDetails"]["evidence"],
        **{name: theirs[name] for name in same},
    }


def test_it_stands_under_its_listing_or_else_its_verdict() -> None:
    about, of_none = given(verdict(listingId="L-42")).message, given(verdict()).message
    assert about.key == b"L-42"
    assert of_none.key == dict(of_none.headers)["detector.verdict-id"] == verdict().verdict_id.encode()
    assert dict(about.headers)["detector.feedback-id"] == b"f-1"


def test_a_text_that_was_tried_stands_there_instead_of_a_place_in_the_stream() -> None:
    document = json.loads(given(verdict(), tried={"name": LEAK}, in_stream=False).message.value)
    assert document["attributes"] == {"name": LEAK}
    assert "source" not in document


@pytest.mark.parametrize(
    ("text", "members"),
    [
        pytest.param(CLEAN, {"right": False, "reason": FeedbackReason.PRICE_OR_DATE}, id="reason of another label"),
        pytest.param(LEAK, {"reason": FeedbackReason.OTHER}, id="reason for being right"),
        pytest.param(LEAK, {"note": "x" * (MOST_NOTE + 1)}, id="endless note"),
        pytest.param(LEAK, {"note": "\0"}, id="NUL"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, members: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        given(verdict(text), **members)


def test_neither_a_note_nor_a_text_shows_where_it_is_printed_or_refused() -> None:
    told = given(verdict(), note=CANARY, tried={CANARY: CANARY}, in_stream=False)
    assert CANARY not in f"{told!r} {told}"
    with pytest.raises(ValidationError) as refused:
        given(verdict(), note=f"{CANARY}\0")
    assert CANARY not in str(refused.value)
