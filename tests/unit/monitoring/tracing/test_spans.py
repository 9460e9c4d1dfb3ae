"""Which spans come of which facts."""

from collections.abc import Sequence

import pytest
from opentelemetry.semconv._incubating.attributes import messaging_attributes
from opentelemetry.trace import SpanKind, StatusCode

from detector.monitoring.tracing.spans import MOST_LINKS, Place
from detector.records import Record
from detector.scoring import KeywordScorer, Window, WindowScore
from tests.fakes import ModelFails
from tests.samples import BOOKINGS, CLEAN, LEAK, LISTINGS, event, record
from tests.unit.monitoring.tracing.traced import Traced, linked, place_of, traceparent

TRACE_ID, SPAN_ID = 0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7
SAMPLED = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
UNSAMPLED = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")


def leak(offset: int = 0, *headers: tuple[str, bytes | None]) -> Record:
    return record(event({"name": LEAK}), offset, headers=headers)


def test_the_producers_trace_goes_on_in_the_events_span() -> None:
    traced = Traced()
    traced.judge(leak(7, SAMPLED, ("tracestate", b"vendor=1")))
    span = traced.one("judge listing-updates")
    assert span.kind is SpanKind.CONSUMER
    assert span.parent is not None
    assert (span.parent.trace_id, span.parent.span_id, span.parent.is_remote) == (TRACE_ID, SPAN_ID, True)
    assert place_of(span).trace_id == TRACE_ID
    assert place_of(span).trace_state == {"vendor": "1"}


def test_a_verdict_carries_on_the_trace_from_the_events_span() -> None:
    traced = Traced()
    given = [SAMPLED, ("tracestate", b"vendor=1"), ("baggage", b"tenant=blue")]
    (outcome,) = traced.judge(leak(0, *given)).outcomes
    assert [each for each in outcome.headers if not each[0].startswith("detector.")] == [
        ("baggage", b"tenant=blue"),
        ("traceparent", traceparent(traced.one("judge listing-updates"))),
        ("tracestate", b"vendor=1"),
    ]


@pytest.mark.parametrize("value", [event({"name": LEAK}), None], ids=["verdict", "tombstone"])
def test_an_event_without_a_trace_begins_one(value: bytes | None) -> None:
    traced = Traced()
    (outcome,) = traced.judge(record(value)).outcomes
    span = traced.one("judge listing-updates")
    assert span.parent is None
    assert dict(outcome.headers)["traceparent"] == traceparent(span)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("traceparent", b"zebra")], id="no such thing"),
        pytest.param([("traceparent", None)], id="null"),
        pytest.param([("traceparent", b"\xff\xfe")], id="not text"),
        pytest.param([("traceparent", b"00-" + b"0" * 32 + b"-00f067aa0ba902b7-01")], id="no trace"),
        pytest.param([("traceparent", b"ff" + SAMPLED[1][2:])], id="version that cannot be"),
        pytest.param([("traceparent", SAMPLED[1].upper())], id="capitals"),
        pytest.param([("traceparent", SAMPLED[1] * 500)], id="too long"),
        pytest.param([SAMPLED, ("traceparent", SAMPLED[1].replace(b"b7-01", b"b8-01"))], id="two"),
        pytest.param([("Traceparent", SAMPLED[1])], id="another header"),
    ],
)
def test_a_parent_that_cannot_be_trusted_is_none(headers: list[tuple[str, bytes | None]]) -> None:
    traced = Traced()
    (outcome,) = traced.judge(leak(0, *headers)).outcomes
    span = traced.one("judge listing-updates")
    assert span.parent is None
    assert place_of(span).trace_id != TRACE_ID
    assert [value for name, value in outcome.headers if name == "traceparent"] == [traceparent(span)]


def test_state_that_is_malformed_costs_the_state_and_not_the_trace() -> None:
    traced = Traced()
    (outcome,) = traced.judge(leak(0, SAMPLED, ("tracestate", b"=zebra,\xff"))).outcomes
    assert place_of(traced.one("judge listing-updates")).trace_id == TRACE_ID
    assert "tracestate" not in dict(outcome.headers)


def test_a_dead_letter_keeps_the_headers_it_came_with_and_its_span_says_why() -> None:
    traced = Traced()
    (outcome,) = traced.judge(record(b"zebra", headers=[SAMPLED])).outcomes
    assert [value for name, value in outcome.headers if name == "traceparent"] == [SAMPLED[1]]
    span = traced.one("judge listing-updates")
    assert place_of(span).trace_id == TRACE_ID
    assert span.status.status_code is StatusCode.ERROR
    assert dict(span.attributes or {}) | {"error.type": "not-json", "detector.stage": "decode"} == span.attributes
    assert traced.one("send dead-letters").kind is SpanKind.PRODUCER
    assert traced.named("send verdicts") == []


def test_the_span_of_an_event_the_model_chokes_on_says_so() -> None:
    traced = Traced(scorer=ModelFails())
    traced.judge(leak())
    assert (traced.one("judge listing-updates").attributes or {})["error.type"] == "model-error"


def test_a_run_of_the_model_links_with_each_event_that_it_read() -> None:
    traced = Traced()
    traced.judge(leak(0, SAMPLED), leak(1), record(event({"a": LEAK, "b": LEAK}), 2))
    batch, events = traced.one("score batch"), traced.named("judge listing-updates")
    assert batch.parent is None
    assert {each.span_id for each in linked(batch)} == {place_of(span).span_id for span in events}
    assert len(linked(batch)) == len(events) == 3
    assert (batch.attributes or {})["messaging.batch.message_count"] == 3
    assert (batch.attributes or {})["detector.batch.windows"] == 4
    for span in events:
        assert linked(span) == [place_of(batch)]


def test_an_event_is_linked_with_every_run_that_read_of_it() -> None:
    traced = Traced(at_once=1)
    traced.judge(record(event({"a": CLEAN, "b": LEAK})))
    runs = traced.named("score batch")
    assert len(runs) == 2
    assert linked(traced.one("judge listing-updates")) == [place_of(run) for run in runs]


def test_a_delivery_links_with_the_events_it_is_about_by_topic() -> None:
    traced = Traced()
    traced.judge(leak(0), record(b"bad", 1), leak(2))
    first, bad, last = sorted(traced.named("judge listing-updates"), key=lambda span: span.start_time or 0)
    sent, rejected = traced.one("send verdicts"), traced.one("send dead-letters")
    assert linked(sent) == [place_of(first), place_of(last)]
    assert linked(rejected) == [place_of(bad)]
    assert (sent.attributes or {})["messaging.batch.message_count"] == 2
    assert (sent.start_time, sent.end_time) == (1_763_632_799_500_000_000, 1_763_632_800_000_000_000)


def test_a_large_delivery_has_no_more_links_than_are_kept() -> None:
    traced = Traced()
    traced.judge(*(leak(offset) for offset in range(MOST_LINKS + 2)))
    sent = traced.one("send verdicts")
    assert (len(sent.links), sent.dropped_links) == (MOST_LINKS, 0)
    assert (sent.attributes or {})["messaging.batch.message_count"] == MOST_LINKS + 2


class Unsure(KeywordScorer):
    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        return [WindowScore(0.678912, ()) for _ in windows]


def test_a_span_says_where_its_event_stands_what_it_is_and_how_long_each_stage_took() -> None:
    traced = Traced(scorer=Unsure())
    traced.judge(record(event({"name": LEAK}), 991, partition=BOOKINGS))
    attributes = dict(traced.one("judge bookings").attributes or {})
    stages = {attributes.pop(f"detector.{stage}_seconds") for stage in ("decode", "prepare", "wait", "aggregate")}
    assert stages == {0.0}, "the clock of this test stands still"
    assert attributes == {
        "messaging.system": "kafka",
        "messaging.operation.name": "judge",
        "messaging.operation.type": "process",
        "messaging.destination.name": "bookings",
        "messaging.destination.partition.id": "0",
        "messaging.kafka.offset": 991,
        "messaging.consumer.group.name": "contact-leak-detector",
        "messaging.message.body.size": len(event({"name": LEAK})),
        "detector.label": "Fraud",
        "detector.score": 0.68,
    }


def test_what_is_about_messaging_is_named_as_opentelemetry_names_it() -> None:
    traced = Traced()
    traced.judge(leak(0), record(None, 1), record(b"bad", 2))
    known = {value for name, value in vars(messaging_attributes).items() if name.startswith("MESSAGING_")}
    used = {name for span in traced.spans for name in span.attributes or () if name.startswith("messaging.")}
    assert "messaging.kafka.message.tombstone" in used
    assert used <= known


def test_without_a_sampled_producer_nothing_is_recorded_and_its_decision_goes_on() -> None:
    traced = Traced(share=1.0)
    (outcome,) = traced.judge(leak(0, UNSAMPLED)).outcomes
    assert list(traced.spans) == []
    header = dict(outcome.headers)["traceparent"] or b""
    assert header.startswith(f"00-{TRACE_ID:032x}-".encode())
    assert header.endswith(b"-00")


def test_the_share_decides_about_events_without_a_producers_decision_alone() -> None:
    traced = Traced(share=0.0)
    traced.judge(leak(0), leak(1, SAMPLED), leak(2))
    assert place_of(traced.one("judge listing-updates")).trace_id == TRACE_ID
    batch = traced.one("score batch")
    assert linked(batch) == [place_of(traced.one("judge listing-updates"))]
    assert (batch.attributes or {})["messaging.batch.message_count"] == 3
    assert linked(traced.one("send verdicts")) == linked(batch)


def test_about_so_many_are_recorded_as_the_share_says() -> None:
    traced = Traced(share=0.25)
    traced.judge(*(leak(offset) for offset in range(400)))
    assert 50 < len(traced.named("judge listing-updates")) < 150


def test_an_event_that_another_worker_takes_over_ends_its_span_here_and_says_so() -> None:
    traced = Traced()
    traced.pipeline.push(leak(0, SAMPLED))
    traced.pipeline.forget([LISTINGS])
    span = traced.one("judge listing-updates")
    assert (span.attributes or {})["detector.dropped"] is True
    assert "detector.label" not in (span.attributes or {})


def test_what_came_from_no_log_is_not_told_as_if_it_had() -> None:
    traced = Traced(place=Place())
    traced.judge(leak(0, SAMPLED))
    span = traced.one("judge listing-updates")
    assert span.kind is SpanKind.INTERNAL
    assert {name for name in span.attributes or () if name.startswith("messaging.")} == set()
    assert {span.name for span in traced.spans} == {"judge listing-updates", "score batch"}
