"""One record in, one outcome out, whatever the record is."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from detector.batching import BatchPolicy
from detector.clock import ManualClock
from detector.deadletters import BrakePolicy
from detector.errors import BrakePulled, Reason, Stage
from detector.events import EventKind
from detector.observing import BatchScored, EventJudged, EventRejected, NullObserver, StageTimed
from detector.outcomes import Destination, Outcome
from detector.records import Partition
from detector.scoring import KeywordScorer, ModelFailure, Window, WindowScore
from detector.verdicts import Label, Verdict
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
    run_model,
    verdict_of,
)


class TokenizerFails(KeywordScorer):
    def windows(self, text: str) -> list[Window]:  # type: ignore[override]
        raise RuntimeError(f"cannot tokenize {text}")


class ModelFails(KeywordScorer):
    def score(self, windows: object) -> list[WindowScore]:
        raise RuntimeError(f"cannot score {windows}")


class Watching(NullObserver):
    def __init__(self) -> None:
        self.facts: list[object] = []

    def timed(self, fact: StageTimed) -> None:
        self.facts.append(fact)

    def scored(self, fact: BatchScored) -> None:
        self.facts.append(fact)

    def judged(self, fact: EventJudged) -> None:
        self.facts.append(fact)

    def rejected(self, fact: EventRejected) -> None:
        self.facts.append(fact)


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


def test_the_event_that_is_due_first_is_scored_first() -> None:
    flow = pipeline(batch=BatchPolicy(max_items=1))
    for offset, timestamp in enumerate([3_000, 1_000, 2_000]):
        flow.push(record(event({"name": str(timestamp)}), offset, timestamp_ms=timestamp))
    order = []
    while batch := flow.next_batch(idle=True):
        (task,) = [waiting.item for waiting in batch.waiting]
        order.append(task.judgement.record.timestamp_ms)
        flow.complete(batch, [WindowScore(0.1)], 0.0)
    assert order == [1_000, 2_000, 3_000]


def test_a_record_without_a_timestamp_is_due_from_now() -> None:
    clock = ManualClock(datetime(2026, 11, 20, tzinfo=UTC))
    now_ms = int(clock.now().timestamp() * 1000)
    flow = pipeline(clock=clock, batch=BatchPolicy(max_items=1))
    flow.push(record(event(), 0, timestamp_ms=now_ms + 60_000))
    flow.push(record(event(), 1))
    batch = flow.next_batch(idle=True)
    assert batch is not None
    assert batch.waiting[0].item.judgement.record.position.offset == 1


def test_a_busy_model_gets_nothing_before_the_age_of_the_oldest() -> None:
    clock = ManualClock()
    flow = pipeline(clock=clock)
    flow.push(record(event()))
    assert flow.next_batch(idle=False) is None
    due = flow.wait()
    assert due == pytest.approx(0.005)
    clock.advance(0.006)
    assert flow.next_batch(idle=False) is not None
    assert flow.wait() is None


def test_outcomes_leave_in_the_order_of_their_partition_whatever_the_model_reads_first() -> None:
    values = [event({"name": "word " * count}) for count in (30, 1, 10)]
    values.insert(1, b"not json")
    outcomes = outcomes_of([record(value, offset) for offset, value in enumerate(values)])
    assert [outcome.position.offset for outcome in outcomes] == [0, 1, 2, 3]


def test_a_settled_record_waits_for_the_one_before_it() -> None:
    flow = pipeline()
    flow.push(record(event(), 0))
    flow.push(record(b"not json", 1))
    assert not flow.take().outcomes
    run_model(flow)
    delivery = flow.take()
    assert len(delivery.outcomes) == 2
    assert delivery.offsets == {LISTINGS: 2}
    assert flow.in_flight == 0


def test_forgotten_records_are_neither_scored_nor_delivered_and_others_are() -> None:
    flow = pipeline()
    flow.push(record(event({"name": LEAK}), 0, partition=LISTINGS))
    flow.push(record(event(), 0, partition=BOOKINGS))
    assert [entry.position.partition for entry in flow.forget([LISTINGS])] == [LISTINGS]
    batch = flow.next_batch(idle=True)
    assert batch is not None
    assert len(batch.windows) == 1
    flow.complete(batch, [WindowScore(0.1)], 0.0)
    assert flow.take().offsets == {BOOKINGS: 1}


@pytest.mark.parametrize("result", [WindowScore(0.9), ModelFailure("RuntimeError")], ids=["score", "failure"])
def test_a_late_result_of_a_forgotten_record_is_ignored(result: WindowScore | ModelFailure) -> None:
    watching = Watching()
    flow = pipeline(observer=watching)
    flow.push(record(event(), 4))
    batch = flow.next_batch(idle=True)
    assert batch is not None
    flow.forget([LISTINGS])
    flow.push(record(b"not json", 4))
    flow.complete(batch, [result], 0.0)
    (outcome,) = flow.take().outcomes
    assert outcome.reason is Reason.NOT_JSON
    assert not [fact for fact in watching.facts if isinstance(fact, EventJudged)]


def test_a_batch_that_comes_back_with_too_few_results_is_an_error_of_the_engine() -> None:
    flow = pipeline()
    flow.push(record(event()))
    batch = flow.next_batch(idle=True)
    assert batch is not None
    with pytest.raises(ValueError, match="shorter"):
        flow.complete(batch, [], 0.0)


def test_too_many_bad_records_in_a_row_pull_the_brake_and_the_last_one_is_still_delivered() -> None:
    flow = pipeline(brake=BrakePolicy(consecutive=3))
    flow.push(record(b"bad", 0))
    flow.push(record(b"bad", 1))
    with pytest.raises(BrakePulled, match="3 records in a row"):
        flow.push(record(b"bad", 2))
    assert flow.take().offsets == {LISTINGS: 3}


def test_a_model_that_fails_on_everything_pulls_the_brake_too() -> None:
    flow = pipeline(ModelFails(), brake=BrakePolicy(consecutive=2))
    for offset in range(2):
        flow.push(record(event(), offset))
    with pytest.raises(BrakePulled, match="2 records in a row"):
        run_model(flow, ModelFails())


def test_the_observer_hears_of_every_stage() -> None:
    watching = Watching()
    flow = pipeline(observer=watching)
    outcomes_of([record(event({"name": LEAK})), record(b"bad", 1)], flow=flow)
    stages = [fact.stage for fact in watching.facts if isinstance(fact, StageTimed)]
    assert stages == ["decode", "prepare", "wait"]
    assert EventJudged(EventKind.LISTING_UPDATE, Label.FRAUD, 0.99) in watching.facts
    assert EventRejected(EventKind.LISTING_UPDATE, Stage.DECODE, Reason.NOT_JSON) in watching.facts
    (scored,) = [fact for fact in watching.facts if isinstance(fact, BatchScored)]
    assert (scored.windows, scored.tokens, scored.padded_tokens) == (1, 9, 9)


def test_a_verdict_names_the_record_it_judged_and_when() -> None:
    clock = ManualClock(datetime(2026, 11, 20, 10, tzinfo=UTC))
    (outcome,) = outcomes_of([record(event(eventTime="2026-11-20T09:59:59Z"), 991)], flow=pipeline(clock=clock))
    document = json.loads(outcome.value or b"")
    assert document["source"] == {"topic": "listing-updates", "partition": 0, "offset": 991}
    assert document["scoredAt"] == "2026-11-20T10:00:00Z"
    assert document["eventTime"] == "2026-11-20T09:59:59Z"
    assert document["transactionContext"] == {"transactionId": "t-1"}


def test_the_same_record_gets_the_same_bytes_on_every_run() -> None:
    def run() -> Outcome:
        (outcome,) = outcomes_of([record(event({"a": LEAK, "b": CLEAN}), 5)])
        return outcome

    assert run() == run()
