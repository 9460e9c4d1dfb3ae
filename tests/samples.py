"""Records, events and pipelines as the tests need them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from detector.batching import BatchPolicy
from detector.clock import ManualClock
from detector.deadletters import BrakePolicy
from detector.events import EventKind
from detector.observing import Observer
from detector.outcomes import Outcome
from detector.pipeline import Pipeline, PipelinePolicy
from detector.records import Headers, Partition, Position, Record
from detector.scoring import KeywordScorer, Scorer, score_each
from detector.verdicts import Verdict

LISTINGS = Partition("listing-updates", 0)
BOOKINGS = Partition("bookings", 0)
KINDS = {LISTINGS.topic: EventKind.LISTING_UPDATE, BOOKINGS.topic: EventKind.BOOKING}

CLEAN = "Two quiet rooms near the old harbour."
LEAK = "Ring Ines on 07700 900123 for a better price."
PHONE = "07700 900123"


def event(texts: Mapping[str, object] | None = None, **members: object) -> bytes:
    """An event's bytes; a member that is None is left out."""
    document: dict[str, object] = {
        "transactionContext": {"transactionId": "t-1"},
        "attributes": {"listingDescription": CLEAN} if texts is None else texts,
        **members,
    }
    return json.dumps({name: value for name, value in document.items() if value is not None}).encode()


def record(
    value: bytes | None,
    offset: int = 0,
    *,
    key: bytes | None = b"L-42",
    partition: Partition = LISTINGS,
    headers: Headers = (),
    timestamp_ms: int | None = None,
) -> Record:
    return Record(Position(partition, offset), key, value, headers, timestamp_ms)


def pipeline(
    scorer: Scorer | None = None,
    clock: ManualClock | None = None,
    *,
    batch: BatchPolicy | None = None,
    brake: BrakePolicy | None = None,
    max_event_bytes: int = 1024 * 1024,
    observer: Observer | None = None,
) -> Pipeline:
    policy = PipelinePolicy(KINDS, max_event_bytes, batch or BatchPolicy(), brake or BrakePolicy())
    return Pipeline(scorer or KeywordScorer(), policy, clock or ManualClock(), observer)


def run_model(flow: Pipeline, scorer: Scorer | None = None) -> None:
    """Score everything that waits."""
    while batch := flow.next_batch(idle=True):
        flow.complete(batch, score_each(scorer or KeywordScorer(), batch.windows), 0.001)


def outcomes_of(records: Sequence[Record], scorer: Scorer | None = None, flow: Pipeline | None = None) -> list[Outcome]:
    """Push the records, run the model, take what became of them."""
    flow = flow or pipeline(scorer)
    for each in records:
        flow.push(each)
    run_model(flow, scorer)
    return list(flow.take().outcomes)


def outcome_of(one: Record, scorer: Scorer | None = None) -> Outcome:
    (outcome,) = outcomes_of([one], scorer)
    return outcome


def verdict_of(value: bytes, **arguments: Any) -> Verdict:
    """The verdict on one event."""
    outcome = outcome_of(record(value, **arguments))
    assert outcome.value is not None
    return Verdict.model_validate_json(outcome.value)
