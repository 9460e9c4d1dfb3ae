"""A pipeline that is traced into memory."""

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanContext, format_span_id, format_trace_id

from detector.batching import BatchPolicy
from detector.monitoring.tracing.observer import TracedObserver
from detector.monitoring.tracing.sampling import sampler
from detector.monitoring.tracing.spans import Place, Spans
from detector.outcomes import Delivery, Destination
from detector.records import Record
from detector.scoring import Scorer
from tests.samples import pipeline, run_model

TOPICS = {Destination.VERDICTS: "verdicts", Destination.DEAD_LETTERS: "dead-letters"}
STREAM = Place("contact-leak-detector", TOPICS)


class Traced:
    """A pipeline, and the spans that came of it."""

    def __init__(
        self, share: float = 1.0, place: Place = STREAM, *, scorer: Scorer | None = None, at_once: int = 32
    ) -> None:
        self._memory = InMemorySpanExporter()
        provider = TracerProvider(sampler(share), shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._memory))
        self.observer = TracedObserver(Spans(provider.get_tracer("test"), place))
        self._scorer = scorer
        self.pipeline = pipeline(scorer, batch=BatchPolicy(max_items=at_once), observer=self.observer)

    def judge(self, *records: Record) -> Delivery:
        """Push, score, take and deliver, as a worker would."""
        for record in records:
            self.pipeline.push(record)
        run_model(self.pipeline, self._scorer)
        delivery = self.pipeline.take()
        self.observer.delivered(delivery, 0.5, 1_763_632_800.0)
        return delivery

    @property
    def spans(self) -> Sequence[ReadableSpan]:
        """Those that have ended and are sampled, in the order of their ends."""
        return self._memory.get_finished_spans()

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        (span,) = self.named(name)
        return span


def place_of(span: ReadableSpan) -> SpanContext:
    context = span.context
    assert isinstance(context, SpanContext)
    return context


def linked(span: ReadableSpan) -> list[SpanContext]:
    return [link.context for link in span.links]


def traceparent(span: ReadableSpan) -> bytes:
    """The header that names a span as parent."""
    context = place_of(span)
    flags = f"{context.trace_flags:02x}"
    return f"00-{format_trace_id(context.trace_id)}-{format_span_id(context.span_id)}-{flags}".encode()
