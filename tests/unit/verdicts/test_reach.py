"""From attribute scores to a verdict."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from detector.events import Event, EventKind, decode
from detector.records import Partition, Position
from detector.scoring import ModelCard, Span
from detector.verdicts import AttributeScore, Evidence, Label, Reached, Verdict, reach_verdict
from tests.samples import event

CARD = ModelCard("Model", "2.1", "v20261120", thresholds={EventKind.LISTING_UPDATE: 0.62, EventKind.BOOKING: 0.8})
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
PHONE = Span("phone", 3, 9, 0.98)


def judged(
    scores: Sequence[AttributeScore], kind: EventKind = EventKind.LISTING_UPDATE, judged_event: Event | None = None
) -> Verdict:
    return reached(scores, kind, judged_event).as_verdict()


def reached(
    scores: Sequence[AttributeScore], kind: EventKind = EventKind.LISTING_UPDATE, judged_event: Event | None = None
) -> Reached:
    return reach_verdict(
        judged_event or decode(event()), kind, scores, CARD, Position(Partition("listing-updates", 3), 991), NOW
    )


@pytest.mark.parametrize(
    ("kind", "probability", "label"),
    [
        pytest.param(EventKind.LISTING_UPDATE, 0.61, Label.NON_FRAUD, id="below"),
        pytest.param(EventKind.LISTING_UPDATE, 0.62, Label.FRAUD, id="at the threshold"),
        pytest.param(EventKind.BOOKING, 0.79, Label.NON_FRAUD, id="below the other kind's"),
        pytest.param(EventKind.BOOKING, 0.8, Label.FRAUD, id="at the other kind's"),
        pytest.param(EventKind.LISTING_UPDATE, 0.6199996, Label.FRAUD, id="at the threshold once rounded"),
        pytest.param(EventKind.LISTING_UPDATE, 0.6199994, Label.NON_FRAUD, id="below it also when rounded"),
    ],
)
def test_the_threshold_of_the_kind_decides(kind: EventKind, probability: float, label: Label) -> None:
    verdict = judged([AttributeScore("name", probability, ())], kind)
    assert verdict.score_details.label is label
    assert verdict.score_details.threshold == CARD.thresholds[kind]
    assert (verdict.probability_score >= verdict.score_details.threshold) == (label is Label.FRAUD)


def test_scores_are_rounded_to_six_digits_everywhere() -> None:
    verdict = judged([AttributeScore("name", 0.98765432198, (PHONE._replace(score=0.12345678),))])
    assert verdict.probability_score == 0.987654
    assert verdict.score_details.attributes == {"name": 0.987654}
    assert verdict.score_details.evidence[0].score == 0.123457


def test_the_top_contributor_is_the_highest_attribute_and_the_first_of_equals() -> None:
    scores = [AttributeScore(name, value, ()) for name, value in [("a", 0.1), ("b", 0.4), ("c", 0.4)]]
    verdict = judged(scores)
    assert (verdict.top_contributor, verdict.probability_score) == ("b", 0.4)
    assert verdict.score_details.attributes == {"a": 0.1, "b": 0.4, "c": 0.4}


def test_a_verdict_of_no_leak_shows_no_evidence() -> None:
    assert judged([AttributeScore("name", 0.61, (PHONE,))]).score_details.evidence == []


def test_evidence_comes_only_from_attributes_that_are_leaks_themselves() -> None:
    verdict = judged([AttributeScore("quiet", 0.3, (PHONE,)), AttributeScore("loud", 0.9, (PHONE,))])
    assert verdict.score_details.evidence == [Evidence(attribute="loud", category="phone", start=3, end=9, score=0.98)]


def test_a_model_without_a_token_head_gives_a_leak_without_evidence() -> None:
    verdict = judged([AttributeScore("name", 0.9, ())])
    assert (verdict.score_details.label, verdict.score_details.evidence) == (Label.FRAUD, [])


@pytest.mark.parametrize(
    ("kind", "segment"),
    [(EventKind.LISTING_UPDATE, "SUPPLY"), (EventKind.BOOKING, "BOOKING")],
    ids=["listing", "booking"],
)
def test_the_segment_follows_the_kind(kind: EventKind, segment: str) -> None:
    assert judged([AttributeScore("name", 0.1, ())], kind).model_segment == segment


def test_ids_of_the_event_and_of_the_model_are_passed_on() -> None:
    given = decode(event(listingId="L-1", bookingId="B-1", partnerId="P-1", eventTime="2026-11-20T09:00:00Z"))
    verdict = judged([AttributeScore("name", 0.1, ())], judged_event=given)
    assert (verdict.listing_id, verdict.booking_id, verdict.partner_id) == ("L-1", "B-1", "P-1")
    assert (verdict.model_code, verdict.model_version, verdict.refresh_version) == ("Model", "2.1", "v20261120")
    assert (verdict.event_time, verdict.scored_at) == (given.event_time, NOW)
    assert verdict.transaction_context.transaction_id == "t-1"
    assert (verdict.source.topic, verdict.source.partition, verdict.source.offset) == ("listing-updates", 3, 991)


def test_the_wire_has_the_names_of_the_article() -> None:
    document = judged([AttributeScore("name", 0.9, (PHONE,))]).model_dump(by_alias=True, exclude_none=True)
    assert {"modelCode", "modelVersion", "refreshVersion", "probabilityScore", "modelSegment", "topContributor"} < set(
        document
    )
    assert {"scoreDetails", "transactionContext"} < set(document)


def test_a_score_that_is_no_probability_never_becomes_a_verdict() -> None:
    with pytest.raises(ValueError, match="no probability"):
        reached([AttributeScore("name", 1.5, ())])


@pytest.mark.parametrize("span", [(), (PHONE,)], ids=["no evidence", "evidence"])
@pytest.mark.parametrize(
    "members",
    [{}, {"listingId": "L-1", "bookingId": "B-1", "partnerId": "P-1", "eventTime": "2026-11-20T09:00:00.25+02:00"}],
    ids=["least", "most"],
)
@pytest.mark.parametrize("kind", EventKind)
@pytest.mark.parametrize("score", [0.0, 0.1, 0.987654321, 1.0])
def test_what_travels_is_what_the_contract_would_write(
    score: float, kind: EventKind, members: dict[str, Any], span: tuple[Span, ...]
) -> None:
    """Byte for byte: it is put together by hand, for speed."""
    made = reached(
        [AttributeScore("name", score, span), AttributeScore("other", 0.05, ())], kind, decode(event(**members))
    )
    assert made.as_json().decode() == made.as_verdict().model_dump_json(by_alias=True, exclude_none=True)


@pytest.mark.parametrize(
    ("members", "about"),
    [({}, "t-1"), ({"bookingId": "B-1"}, "B-1"), ({"bookingId": "B-1", "listingId": "L-1"}, "L-1")],
    ids=["transaction", "booking", "listing"],
)
def test_a_verdict_is_about_the_listing_else_the_booking_else_the_transaction(
    members: dict[str, Any], about: str
) -> None:
    assert reached([AttributeScore("name", 0.1, ())], judged_event=decode(event(**members))).about == about


def test_what_the_flow_needs_of_a_verdict_is_what_the_verdict_says() -> None:
    made = reached([AttributeScore("name", 0.9, ())])
    verdict = made.as_verdict()
    assert (made.label, made.probability, made.verdict_id) == (
        verdict.score_details.label,
        verdict.probability_score,
        verdict.verdict_id,
    )
    assert made.model == f"{verdict.model_code}/{verdict.model_version}/{verdict.refresh_version}"
