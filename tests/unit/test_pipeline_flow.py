"""What is scored first, what waits, what is dropped, and when the pipeline stops."""

import json
from datetime import UTC, datetime

import pytest

from detector.batching import BatchPolicy
from detector.clock import ManualClock
from detector.deadletters import BrakePolicy
from detector.errors import BrakePulled, Reason, Stage
from detector.events import EventKind
from detector.observing import BatchScored, EventJudged, EventRejected, StageTimed
from detector.outcomes import Outcome
from detector.pipeline import Pipeline, PipelinePolicy
from detector.scoring import KeywordScorer, ModelFailure, WindowScore, score_each
from detector.verdicts import Label
from tests.fakes import ModelFails, Watching
from tests.samples import (
    BOOKINGS,
    CLEAN,
    LEAK,
    LISTINGS,
    event,
    outcomes_of,
    pipeline,
    record,
    run_model,
)


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


@pytest.mark.parametrize(
    ("written", "order"),
    [
        pytest.param(-1_000, [1, 0], id="an older one is due before it"),
        pytest.param(60_000, [0, 1], id="one from a clock that is ahead is due no later than if it were right"),
    ],
)
def test_a_record_without_a_timestamp_is_due_from_now(written: int, order: list[int]) -> None:
    clock = ManualClock(datetime(2026, 11, 20, tzinfo=UTC))
    now_ms = int(clock.now().timestamp() * 1000)
    flow = pipeline(clock=clock, batch=BatchPolicy(max_items=1))
    flow.push(record(event(), 0))
    flow.push(record(event(), 1, timestamp_ms=now_ms + written))
    clock.advance(1.0)
    flow.push(record(event(), 2))
    taken = []
    while batch := flow.next_batch(idle=True):
        taken += [waiting.item.judgement.record.position.offset for waiting in batch.waiting]
    assert taken == [*order, 2]


def test_an_event_is_due_when_the_promise_has_passed_since_it_was_written() -> None:
    clock = ManualClock(datetime(2026, 11, 20, tzinfo=UTC))
    clock.advance(100.0)
    flow = pipeline(clock=clock)
    flow.push(record(event(), timestamp_ms=int(clock.now().timestamp() * 1000) - 200))
    batch = flow.next_batch(idle=True)
    assert batch is not None
    assert batch.waiting[0].deadline == pytest.approx(100.0 - 0.2 + 0.25)


def test_batches_are_cut_by_what_the_model_took_for_those_before() -> None:
    texts = [record(event({"name": "word " * 20}), offset) for offset in range(8)]
    slow, fast = pipeline(), pipeline()
    for flow, seconds in ((slow, 0.035), (fast, 0.0001)):
        flow.push(texts[0])
        first = flow.next_batch(idle=True)
        assert first is not None
        flow.complete(first, score_each(KeywordScorer(), first.windows), seconds)
        for each in texts[1:]:
            flow.push(each)
    sizes = [len(batch.windows) for flow in (slow, fast) if (batch := flow.next_batch(idle=True)) is not None]
    assert sizes == [1, 7]


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
    assert stages == ["decode", "prepare", "wait", "aggregate"]
    assert EventJudged(EventKind.LISTING_UPDATE, Label.FRAUD, 0.99) in watching.facts
    assert EventRejected(EventKind.LISTING_UPDATE, Stage.DECODE, Reason.NOT_JSON) in watching.facts
    (scored,) = [fact for fact in watching.facts if isinstance(fact, BatchScored)]
    assert (scored.windows, scored.tokens, scored.padded_tokens) == (1, 9, 9)


def test_the_observer_hears_how_far_the_model_read_and_not_of_what_it_could_not_score() -> None:
    watching = Watching()
    flow = pipeline(observer=watching)
    for offset in range(6):
        flow.push(record(event(), offset))
    batch = flow.next_batch(idle=True)
    assert batch is not None
    clear = WindowScore(0.001, cleared_after=1)
    flow.complete(batch, [clear, WindowScore(0.9), clear, ModelFailure("RuntimeError"), clear, WindowScore(0.1)], 0.01)
    (scored,) = [fact for fact in watching.facts if isinstance(fact, BatchScored)]
    assert (scored.windows, scored.cleared, scored.whole) == (6, 3, 2)


def test_the_observer_hears_how_many_batches_the_model_reads_at_a_time() -> None:
    watching = Watching()
    policy = PipelinePolicy({LISTINGS.topic: EventKind.LISTING_UPDATE}, readers=2)
    flow = Pipeline(KeywordScorer(), policy, ManualClock(), watching)
    outcomes_of([record(event())], flow=flow)
    assert [fact.readers for fact in watching.facts if isinstance(fact, BatchScored)] == [2]


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
