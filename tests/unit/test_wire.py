"""Keys, values and headers of what is written."""

import json

import pytest

from detector.clock import ManualClock
from detector.errors import Reason
from detector.framing import frame_of, payload_of
from detector.outcomes import Destination
from detector.pipeline import Pipeline, PipelinePolicy
from detector.scoring import KeywordScorer
from detector.verdicts import verdict_id
from tests.samples import KINDS, LEAK, event, outcome_of, outcomes_of, record

TRACE = [
    ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ("tracestate", b"vendor=1"),
    ("baggage", b"tenant=blue"),
]
VALUES = [pytest.param(event({"name": LEAK}), id="verdict"), pytest.param(None, id="tombstone")]


@pytest.mark.parametrize("value", VALUES)
def test_the_trace_context_goes_on_and_other_headers_stay_behind(value: bytes | None) -> None:
    headers = outcome_of(record(value, headers=[("secret", b"x"), *TRACE, ("source", b"y")])).headers
    assert [(name, content) for name, content in headers if not name.startswith("detector.")] == TRACE


@pytest.mark.parametrize("value", VALUES)
def test_a_readers_filter_finds_id_model_and_source_in_the_headers(value: bytes | None) -> None:
    outcome = outcome_of(record(value, offset=991))
    headers = dict(outcome.headers)
    model = "KeywordScorer/1.0/v20261121"
    assert headers["detector.verdict-id"] == verdict_id(outcome.position, model).encode()
    assert headers["detector.model"] == model.encode()
    assert headers["detector.source"] == b"listing-updates/0/991"


@pytest.mark.parametrize("value", VALUES)
def test_a_reader_learns_when_the_record_was_written_where_its_log_says(value: bytes | None) -> None:
    timed = dict(outcome_of(record(value, timestamp_ms=1_763_632_800_123)).headers)
    assert timed["detector.source-timestamp"] == b"1763632800123"
    assert "detector.source-timestamp" not in dict(outcome_of(record(value)).headers)


def test_a_verdicts_headers_agree_with_its_value() -> None:
    outcome = outcome_of(record(event({"name": LEAK})))
    document, headers = json.loads(outcome.value or b""), dict(outcome.headers)
    assert headers["detector.verdict-id"] == document["verdictId"].encode()
    assert headers["detector.label"] == document["scoreDetails"]["label"].encode() == b"Fraud"


def test_a_tombstone_has_no_label() -> None:
    assert "detector.label" not in dict(outcome_of(record(None)).headers)


def test_a_frame_stands_before_a_verdict_and_before_nothing_else() -> None:
    """A tombstone stays a null, and a dead letter the record that came."""
    policy = PipelinePolicy(KINDS, reads_frames=True, verdict_frame=frame_of(7))
    values = [event(), frame_of(3) + event(), None, frame_of(3) + b"bad"]
    flow = Pipeline(KeywordScorer(), policy, ManualClock())
    plain, framed, gone, dead = outcomes_of([record(value, at) for at, value in enumerate(values)], flow=flow)
    for verdict in (plain, framed):
        assert (verdict.value or b"")[:6] == frame_of(7) + b"{"
    assert json.loads(payload_of(plain.value or b""))["transactionContext"] == {"transactionId": "t-1"}
    assert (gone.value, dead.value) == (None, frame_of(3) + b"bad")
    assert dead.reason is Reason.WIRE_FORMAT


def test_members_without_a_value_are_left_out_of_a_verdict() -> None:
    document = json.loads(outcome_of(record(event(partnerId=None))).value or b"")
    assert "partnerId" not in document
    assert None not in document.values()


@pytest.mark.parametrize("key", [b"L-42", b"\xff\xfe", b"", None], ids=["text", "bytes", "empty", "none"])
@pytest.mark.parametrize("value", [b"\xff\x00 not json", b"", b"{}"], ids=["bytes", "empty", "json"])
def test_a_dead_letter_is_its_record_byte_for_byte(key: bytes | None, value: bytes) -> None:
    own = [("a", b"\xff"), ("b", None), ("a", b""), *TRACE]
    outcome = outcome_of(record(value, key=key, headers=own, timestamp_ms=1_763_632_800_123))
    assert outcome.destination is Destination.DEAD_LETTERS
    assert (outcome.key, outcome.value, outcome.timestamp_ms) == (key, value, 1_763_632_800_123)
    assert list(outcome.headers)[: len(own)] == own


def test_a_dead_letter_of_a_replayed_dead_letter_has_one_set_of_error_headers() -> None:
    first = outcome_of(record(b"bad", offset=1))
    second = outcome_of(record(b"bad", offset=2, headers=first.headers))
    names = [name for name, _ in second.headers]
    assert len(names) == len(set(names))
    assert dict(second.headers)["__connect.errors.offset"] == b"2"
    assert second.reason is Reason.NOT_JSON


def test_a_verdict_is_written_with_the_time_of_writing_and_remembers_when_its_record_was_written() -> None:
    outcome = outcome_of(record(event(), timestamp_ms=1_763_632_800_123))
    assert (outcome.timestamp_ms, outcome.read_timestamp_ms) == (None, 1_763_632_800_123)


@pytest.mark.parametrize("value", [event(), b"bad", None], ids=["verdict", "dead letter", "tombstone"])
def test_an_outcome_weighs_what_its_record_does(value: bytes | None) -> None:
    assert outcome_of(record(value, key=b"L-42")).weight == len(value or b"") + 4
