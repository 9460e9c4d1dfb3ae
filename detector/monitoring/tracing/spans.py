"""The spans there are: one for each event, one for each run of the model, one for each topic of a delivery.

Their attributes are OpenTelemetry's for messaging where it has a name. None comes from an event's contents but its label
and its score: no text, key, id or header.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import attrgetter
from time import time_ns
from typing import NamedTuple

from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind, Status, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue

from detector.monitoring.tracing.context import context_of, headers_of
from detector.observing import BatchScored, EventJudged, EventRejected, StageTimed
from detector.outcomes import Delivery, Destination
from detector.records import Headers, Record
from detector.traces import Trace

MOST_LINKS = 128
"""Of one span: the library's own limit, beyond which it drops the first ones."""

SCORE_DIGITS = 2


class Place(NamedTuple):
    """Where events come from and go to: the group that reads them and the topics written to; None where no log is."""

    group: str | None = None
    topics: Mapping[Destination, str] | None = None


@dataclass(slots=True, eq=False)
class EventTrace:
    """The trace that an event carries; see `detector.traces.Trace`. What is `learnt` goes into the span at its end."""

    span: Span
    learnt: dict[str, AttributeValue] = field(default_factory=dict)

    @property
    def headers(self) -> Headers:
        """The event's own span, as context for what follows."""
        return headers_of(self.span)

    @property
    def recorded_as(self) -> str | None:
        """Its trace, if it is sampled."""
        context = self.span.get_span_context()
        return format(context.trace_id, "032x") if context.trace_flags.sampled else None

    def end(self, learnt: Mapping[str, AttributeValue]) -> None:
        """The end of the event's span, which says this, too."""
        self.span.set_attributes({**self.learnt, **learnt})
        self.span.end()


class Spans:
    """Begins and ends spans as facts come in; they are sent by whoever made the tracer."""

    def __init__(self, tracer: Tracer, place: Place) -> None:
        self._tracer = tracer
        self._place = place

    def follow(self, record: Record) -> EventTrace:
        """Begin an event's span, below its producer's where the headers name one."""
        topic = record.position.partition.topic
        kind = SpanKind.INTERNAL if self._place.group is None else SpanKind.CONSUMER
        span = self._tracer.start_span(f"judge {topic}", context_of(record.headers), kind)
        if span.is_recording() and self._place.group is not None:
            span.set_attributes(_read_from(record, self._place.group))
        return EventTrace(span)

    def timed(self, fact: StageTimed) -> None:
        """A stage was passed. Of several windows the last one waited longest, and its time is kept."""
        if (trace := _open(fact.trace)) is not None:
            trace.learnt[f"detector.{fact.stage}_seconds"] = fact.seconds

    def scored(self, fact: BatchScored) -> None:
        """The model's run, linked with the events it read, both ways; of unsampled events alone there is none."""
        spans = list(dict.fromkeys(trace.span for trace in map(_open, fact.traces) if trace is not None))
        if not spans:
            return
        attributes: dict[str, AttributeValue] = {
            "messaging.batch.message_count": len({id(trace) for trace in fact.traces}),
            "detector.batch.windows": fact.windows,
            "detector.batch.tokens": fact.tokens,
            "detector.batch.padded_tokens": fact.padded_tokens,
        }
        batch = self._passed("score batch", SpanKind.INTERNAL, spans, attributes, time_ns(), fact.seconds)
        for span in spans:
            span.add_link(batch.get_span_context())

    def judged(self, fact: EventJudged) -> None:
        """The end of an event's span."""
        if (trace := _open(fact.trace)) is not None:
            trace.end({"detector.label": fact.label.value, "detector.score": round(fact.score, SCORE_DIGITS)})

    def rejected(self, fact: EventRejected) -> None:
        """The end of the span of an event that became a dead letter."""
        if (trace := _open(fact.trace)) is not None:
            trace.span.set_status(Status(StatusCode.ERROR))
            trace.end({"error.type": fact.reason.value, "detector.stage": fact.stage.value})

    def dropped(self, left: Trace) -> None:
        """The end of the span of an event that nobody here judges any more."""
        if (trace := _open(left)) is not None:
            trace.end({"detector.dropped": True})

    def delivered(self, delivery: Delivery, seconds: float, now: float) -> None:
        """One span for each topic written to, linked with the spans of the events; `now` is its end, epoch seconds."""
        end = round(now * 1e9)
        for outcome in delivery.outcomes:
            if (trace := _open(outcome.trace)) is not None:  # a tombstone: nothing of it is judged
                trace.end({})
        if self._place.topics is None:
            return
        by_destination = sorted(delivery.outcomes, key=attrgetter("destination"))
        for destination, outcomes in groupby(by_destination, key=attrgetter("destination")):
            traces = [outcome.trace for outcome in outcomes]
            spans = [trace.span for trace in traces if isinstance(trace, EventTrace) and trace.recorded_as]
            if spans:
                topic = self._place.topics[destination]
                attributes = _sent_to(topic, len(traces))
                self._passed(f"send {topic}", SpanKind.PRODUCER, spans, attributes, end, seconds)

    def _passed(
        self,
        name: str,
        kind: SpanKind,
        spans: Iterable[Span],
        attributes: Mapping[str, AttributeValue],
        end: int,
        seconds: float,
    ) -> Span:
        """A span of what is over; it belongs to several traces, hence to none of them, and links to each."""
        links = [Link(span.get_span_context()) for span in islice(spans, MOST_LINKS)]
        start = end - round(seconds * 1e9)
        span = self._tracer.start_span(name, Context(), kind, attributes, links, start)
        span.end(end)
        return span


def _open(trace: Trace | None) -> EventTrace | None:
    """The trace of an event that is sampled and not yet at its end."""
    return trace if isinstance(trace, EventTrace) and trace.span.is_recording() else None


def _read_from(record: Record, group: str) -> dict[str, AttributeValue]:
    (topic, partition), offset = record.position
    about: dict[str, AttributeValue] = {
        "messaging.system": "kafka",
        "messaging.operation.name": "judge",
        "messaging.operation.type": "process",
        "messaging.destination.name": topic,
        "messaging.destination.partition.id": str(partition),
        "messaging.kafka.offset": offset,
        "messaging.consumer.group.name": group,
    }
    if record.value is None:
        return {**about, "messaging.kafka.message.tombstone": True}
    return {**about, "messaging.message.body.size": len(record.value)}


def _sent_to(topic: str, messages: int) -> dict[str, AttributeValue]:
    return {
        "messaging.system": "kafka",
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
        "messaging.destination.name": topic,
        "messaging.batch.message_count": messages,
    }
