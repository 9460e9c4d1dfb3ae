"""The same events in, the same verdicts and dead letters out, whatever the engine."""

import json

import pytest

from detector.errors import Reason
from detector.records import Partition, Position
from detector.scoring import KeywordScorer
from detector.verdicts import verdict_id
from tests.brokers import Read, Sent
from tests.conformance.answers import source
from tests.conformance.day import Day, live_through_a_day
from tests.conformance.engines import Engine
from tests.conformance.records import (
    BOOKINGS,
    BROKEN,
    DEAD,
    HEADERS,
    JUDGEABLE,
    LISTINGS,
    MISPLACED,
    NAMELESS,
    OF_ONE_LISTING,
    ORDINARY,
    POISONED,
    REASONS,
    RICH,
    SECRETS,
    TOMBSTONE,
    TOMBSTONES,
    TRACE,
)
from tests.integration.workers import SECONDS, fresh_stream
from tests.samples import LEAK, PHONE

pytestmark = pytest.mark.kafka

MODEL = KeywordScorer().card.identity


@pytest.fixture(scope="module")
def day(kafka: str, engine: Engine) -> Day:
    return live_through_a_day(fresh_stream(kafka, engine.settings))


def test_every_record_has_one_answer(day: Day) -> None:
    answers = [source(each) for each in [*day.verdicts, *day.dead_letters]]
    assert sorted(answers) == sorted(day.sent)
    assert (len(day.verdicts), len(day.dead_letters)) == (JUDGEABLE + TOMBSTONES, DEAD)


def test_events_are_judged_under_their_own_keys(day: Day) -> None:
    for number, event in enumerate(ORDINARY):
        verdict = day.verdict_on(event)
        document = json.loads(verdict.value or b"")
        assert verdict.key == event.key
        assert document["transactionContext"] == {"transactionId": str(number)}
        assert document["scoreDetails"]["label"] == ("NonFraud" if number % 4 else "Fraud")


def test_a_verdict_says_who_judged_what_and_where_the_leak_stands(day: Day) -> None:
    topic, partition, offset = day.place_of(RICH)
    identity = verdict_id(Position(Partition(topic, partition), offset), MODEL)
    start = len("After ten: ") + LEAK.index(PHONE)
    verdict = day.verdict_on(RICH)
    document = json.loads(verdict.value or b"")
    assert document.pop("scoredAt") >= "2026"
    assert document == {
        "modelCode": "KeywordScorer",
        "modelVersion": "1.0",
        "refreshVersion": "v20261121",
        "probabilityScore": 0.99,
        "modelSegment": "SUPPLY",
        "topContributor": "houseRules",
        "scoreDetails": {
            "label": "Fraud",
            "threshold": 0.5,
            "attributes": {"listingDescription": 0.01, "houseRules": 0.99},
            "evidence": [
                {
                    "attribute": "houseRules",
                    "category": "phone",
                    "start": start,
                    "end": start + len(PHONE),
                    "score": 0.99,
                    "foundBy": ["model"],
                }
            ],
        },
        "transactionContext": {"transactionId": "rich"},
        "verdictId": identity,
        "listingId": "L-42",
        "partnerId": "P-7",
        "source": {"topic": topic, "partition": partition, "offset": offset},
        "eventTime": "2026-11-20T10:00:00Z",
    }
    assert verdict.key == b"L-42", "a record without a key is keyed by what it is about"
    assert list(verdict.headers) == [
        ("detector.verdict-id", identity.encode()),
        ("detector.model", MODEL.encode()),
        ("detector.source", f"{topic}/{partition}/{offset}".encode()),
        ("detector.source-timestamp", written_at(verdict, RICH)),
        *TRACE,
        ("detector.label", b"Fraud"),
    ]


def test_the_topic_says_what_kind_an_event_is_unless_it_says_so_itself(day: Day) -> None:
    segments = [json.loads(day.verdict_on(each).value or b"")["modelSegment"] for each in (BOOKINGS[0], MISPLACED)]
    assert segments == ["BOOKING", "SUPPLY"]


def test_malformed_records_become_dead_letters_byte_for_byte_that_say_what_is_wrong(day: Day) -> None:
    for record, reason in zip(BROKEN, REASONS, strict=True):
        letter = day.dead_letter_of(record)
        topic, partition, offset = day.place_of(record)
        assert (letter.key, letter.value, letter.timestamp_ms) == (record.key, record.value, record.timestamp_ms)
        own, added = list(letter.headers)[: len(HEADERS)], dict(list(letter.headers)[len(HEADERS) :])
        assert own == HEADERS
        assert added.pop("__connect.errors.exception.message")
        assert added == {
            "__connect.errors.topic": topic.encode(),
            "__connect.errors.partition": str(partition).encode(),
            "__connect.errors.offset": str(offset).encode(),
            "__connect.errors.stage": b"DECODE",
            "__connect.errors.exception.class.name": b"detector.errors.InvalidRecord",
            "detector.reason": reason.value.encode(),
        }


def test_a_text_that_breaks_the_model_is_the_only_one_of_its_batch_to_die(day: Day) -> None:
    letter = day.dead_letter_of(POISONED)
    assert (letter.key, letter.value, letter.timestamp_ms) == (POISONED.key, POISONED.value, POISONED.timestamp_ms)
    assert dict(letter.headers)["detector.reason"] == b"model-error"
    assert dict(letter.headers)["__connect.errors.stage"] == b"SCORE"
    assert [each for each in day.dead_letters if dict(each.headers)["detector.reason"] == b"model-error"] == [letter]


def test_a_tombstone_becomes_a_tombstone_verdict_under_its_key(day: Day) -> None:
    verdict = day.verdict_on(TOMBSTONE)
    topic, partition, offset = day.place_of(TOMBSTONE)
    assert (verdict.key, verdict.value) == (TOMBSTONE.key, None)
    assert list(verdict.headers) == [
        ("detector.verdict-id", verdict_id(Position(Partition(topic, partition), offset), MODEL).encode()),
        ("detector.model", MODEL.encode()),
        ("detector.source", f"{topic}/{partition}/{offset}".encode()),
        ("detector.source-timestamp", written_at(verdict, TOMBSTONE)),
        *TRACE,
    ]


def test_a_tombstone_without_a_key_becomes_a_dead_letter_without_key_and_value(day: Day) -> None:
    letter = day.dead_letter_of(NAMELESS)
    assert (letter.key, letter.value, letter.timestamp_ms) == (None, None, NAMELESS.timestamp_ms)
    assert dict(letter.headers)["detector.reason"] == b"no-key"


def test_verdicts_of_one_key_keep_the_order_of_its_events(day: Day) -> None:
    ours = [each for each in day.verdicts if each.key == OF_ONE_LISTING[0].key]
    order = [json.loads(each.value or b"")["transactionContext"]["transactionId"] for each in ours]
    assert order == [f"one-{number}" for number in range(len(OF_ONE_LISTING))]


def test_all_of_it_is_done_with_and_the_worker_stops_cleanly(day: Day) -> None:
    assert day.exit_code == 0
    assert day.worker.wait_for("stopped")["clean"] is True
    assert sorted(day.committed.values()) == sorted([len(LISTINGS), len(BOOKINGS)])


def test_prometheus_is_told(day: Day) -> None:
    fraud = sum(number % 4 == 0 for number in range(len(ORDINARY)))
    expected = {
        'detector_verdicts_total{kind="LISTING_UPDATE",label="Fraud"}': fraud + len([RICH, MISPLACED]),
        'detector_verdicts_total{kind="LISTING_UPDATE",label="NonFraud"}': len(ORDINARY) - fraud + len(OF_ONE_LISTING),
        'detector_verdicts_total{kind="BOOKING",label="NonFraud"}': 1,
        'detector_tombstones_total{kind="LISTING_UPDATE"}': 1,
        'detector_dead_letters_total{kind="LISTING_UPDATE",reason="model-error"}': 1,
        'detector_dead_letters_total{kind="LISTING_UPDATE",reason="too-deep"}': REASONS.count(Reason.TOO_DEEP),
        'detector_dead_letters_total{kind="BOOKING",reason="not-json"}': 1,
        'detector_model_info{code="KeywordScorer",refresh="v20261121",version="1.0"}': 1,
        "detector_assigned_partitions": 8,
        "detector_in_flight_records": 0,
    }
    assert {name: day.samples.get(name) for name in expected} == expected
    assert day.samples['detector_latency_seconds_count{kind="BOOKING"}'] == len(BOOKINGS) - len([MISPLACED])
    assert day.samples['detector_deliveries_total{result="committed"}'] >= 1
    for stage in ("decode", "prepare", "wait", "score", "deliver"):
        assert day.samples[f'detector_stage_seconds_count{{stage="{stage}"}}'] >= 1


def test_probes_find_a_running_worker_alive_and_ready(day: Day) -> None:
    assert day.probes == {"/healthz": (200, "ok\n"), "/readyz": (200, "ok\n")}


def test_what_the_worker_says_is_log_lines_and_repeats_no_text_key_or_header(day: Day) -> None:
    assert [line["raw"] for line in day.worker.lines if "raw" in line] == []
    said = "".join(day.worker.said)
    assert [secret for secret in SECRETS if secret in said] == []


def written_at(verdict: Read, record: Sent) -> bytes:
    """When the record was written that a verdict answers, as its header says: its own timestamp, else just before."""
    told = dict(verdict.headers)["detector.source-timestamp"]
    assert isinstance(told, bytes)
    if record.timestamp_ms is None:
        assert 0 <= verdict.timestamp_ms - int(told) <= SECONDS * 1000
    else:
        assert int(told) == record.timestamp_ms
    return told
