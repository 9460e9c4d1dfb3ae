"""One record in, one outcome out, whatever the record is."""

from typing import Any

import pytest

from detector.batching import BatchPolicy
from detector.errors import Reason, Stage
from detector.events import EventKind
from detector.observing import EventRejected
from detector.outcomes import Destination
from detector.records import Partition
from detector.scoring import KeywordScorer, Window
from detector.verdicts import Label, Verdict
from tests.fakes import ModelFails, TokenizerFails, Watching
from tests.samples import (
    BOOKINGS,
    CLEAN,
    LEAK,
    LISTINGS,
    PHONE,
    event,
    outcome_of,
    outcomes_of,
    pipeline,
    record,
    verdict_of,
)


@pytest.mark.parametrize(
    ("value", "label"),
    [
        pytest.param(event({"listingDescription": LEAK}), Label.FRAUD, id="leak"),
        pytest.param(event({"listingDescription": CLEAN}), Label.NON_FRAUD, id="clean"),
        pytest.param(event({"name": ""}), Label.NON_FRAUD, id="empty text"),
        pytest.param(event({"name": " \n\t "}), Label.NON_FRAUD, id="text without a word"),
        pytest.param(event({"name": "", "houseRules": LEAK}), Label.FRAUD, id="leak beside an empty text"),
    ],
)
def test_an_event_becomes_one_verdict(value: bytes, label: Label) -> None:
    outcome = outcome_of(record(value))
    assert outcome.destination is Destination.VERDICTS
    assert (outcome.label, outcome.reason) == (label, None)
    assert Verdict.model_validate_json(outcome.value or b"").score_details.label is label


def test_a_record_that_cannot_be_decoded_becomes_one_dead_letter() -> None:
    outcome = outcome_of(record(b"not json"))
    assert outcome.destination is Destination.DEAD_LETTERS
    assert (outcome.label, outcome.reason) == (None, Reason.NOT_JSON)


def test_an_event_over_the_size_limit_becomes_a_dead_letter() -> None:
    value = event({"name": "x" * 500})
    flow = pipeline(max_event_bytes=len(value) - 1)
    (outcome,) = outcomes_of([record(value)], flow=flow)
    assert outcome.reason is Reason.TOO_LARGE


def test_a_tombstone_becomes_a_tombstone_under_the_same_key() -> None:
    outcome = outcome_of(record(None, key=b"L-9"))
    assert outcome.destination is Destination.VERDICTS
    assert (outcome.key, outcome.value) == (b"L-9", None)
    assert (outcome.label, outcome.reason, outcome.score) == (None, None, None)


def test_a_record_with_neither_key_nor_value_becomes_a_dead_letter() -> None:
    outcome = outcome_of(record(None, key=None))
    assert (outcome.destination, outcome.reason) == (Destination.DEAD_LETTERS, Reason.NO_KEY)


def test_a_text_that_the_tokenizer_fails_on_becomes_a_dead_letter_and_its_neighbours_do_not() -> None:
    class FailsOnLeaks(KeywordScorer):
        def windows(self, text: str) -> list[Window]:  # type: ignore[override]
            return TokenizerFails().windows(text) if PHONE in text else list(super().windows(text))

    values = [event(), event({"name": LEAK}), event()]
    reasons = [
        outcome.reason
        for outcome in outcomes_of([record(value, offset) for offset, value in enumerate(values)], FailsOnLeaks())
    ]
    assert reasons == [None, Reason.MODEL_ERROR, None]


def test_a_text_that_the_model_fails_on_becomes_a_dead_letter_that_names_the_error_and_not_the_text() -> None:
    outcome = outcome_of(record(event({"name": LEAK})), ModelFails())
    assert (outcome.destination, outcome.reason) == (Destination.DEAD_LETTERS, Reason.MODEL_ERROR)
    message = dict(outcome.headers)["__connect.errors.exception.message"]
    assert message == b"attributes: the model failed on this text (RuntimeError)"


def test_an_event_whose_windows_fail_twice_is_rejected_once() -> None:
    watching = Watching()
    flow = pipeline(ModelFails(), observer=watching, batch=BatchPolicy(max_items=1))
    (outcome,) = outcomes_of([record(event({"a": LEAK, "b": LEAK}))], ModelFails(), flow)
    assert outcome.reason is Reason.MODEL_ERROR
    assert watching.facts.count(EventRejected(EventKind.LISTING_UPDATE, Stage.SCORE, Reason.MODEL_ERROR)) == 1


@pytest.mark.parametrize(
    ("members", "key"),
    [
        pytest.param({"listingId": "L-7", "bookingId": "B-7"}, b"L-7", id="listing"),
        pytest.param({"bookingId": "B-7"}, b"B-7", id="booking"),
        pytest.param({}, b"t-1", id="transaction"),
    ],
)
def test_an_event_without_a_key_is_keyed_by_what_it_is_about(members: dict[str, Any], key: bytes) -> None:
    assert outcome_of(record(event(**members), key=None)).key == key


def test_an_events_own_key_is_kept_byte_for_byte_although_its_listing_has_another_name() -> None:
    assert outcome_of(record(event(listingId="L-7"), key=b"\xff\x00")).key == b"\xff\x00"


@pytest.mark.parametrize(
    ("partition", "named", "kind"),
    [
        pytest.param(LISTINGS, None, EventKind.LISTING_UPDATE, id="the listing topic's"),
        pytest.param(BOOKINGS, None, EventKind.BOOKING, id="the booking topic's"),
        pytest.param(BOOKINGS, "LISTING_UPDATE", EventKind.LISTING_UPDATE, id="its own, in another topic"),
    ],
)
def test_an_event_has_the_kind_of_its_topic_unless_it_says_otherwise(
    partition: Partition, named: str | None, kind: EventKind
) -> None:
    outcome = outcome_of(record(event(eventType=named), partition=partition))
    assert outcome.kind is kind
    assert Verdict.model_validate_json(outcome.value or b"").model_segment == kind.segment


def test_the_attribute_with_the_leak_decides_and_is_named() -> None:
    verdict = verdict_of(event({"name": CLEAN, "houseRules": LEAK, "listingDescription": CLEAN}))
    assert verdict.top_contributor == "houseRules"
    assert verdict.probability_score == verdict.score_details.attributes["houseRules"]
    assert set(verdict.score_details.attributes) == {"name", "houseRules", "listingDescription"}
    assert {each.attribute for each in verdict.score_details.evidence} == {"houseRules"}


def test_a_leak_at_the_end_of_a_text_of_three_thousand_words_is_seen_where_it_stands() -> None:
    text = "harbour " * 3000 + f"ring {PHONE}"
    verdict = verdict_of(event({"listingDescription": text}))
    (evidence,) = verdict.score_details.evidence
    assert verdict.score_details.label is Label.FRAUD
    assert (evidence.category, text[evidence.start : evidence.end]) == ("phone", PHONE)


def test_a_leak_in_the_overlap_of_two_windows_is_told_once() -> None:
    text = " ".join(["harbour"] * 50 + ["me@example.com"] + ["harbour"] * 50)
    (evidence,) = verdict_of(event({"listingDescription": text})).score_details.evidence
    assert text[evidence.start : evidence.end] == "me@example.com"


@pytest.mark.parametrize(
    ("before", "leak"),
    [
        pytest.param("🏖️ Ring ", "０７７００ ９００１２３", id="wide digits behind an emoji"),
        pytest.param("Ring ", "0\u200b7\u200b7\u200b00 900\u200b123", id="zero-width spaces"),
        pytest.param("Ring ", "𝟬𝟳𝟳𝟬𝟬 𝟵𝟬𝟬𝟭𝟮𝟯", id="styled digits"),
        pytest.param("Write to ", "ｍｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", id="wide letters"),
        pytest.param("Ring ", "07700&#32;900123", id="entity"),
    ],
)
def test_evidence_of_a_disguised_leak_stands_in_the_original(before: str, leak: str) -> None:
    verdict = verdict_of(event({"listingDescription": f"{before}{leak} at any time"}))
    (evidence,) = verdict.score_details.evidence
    assert (evidence.start, evidence.end) == (len(before), len(before) + len(leak))
