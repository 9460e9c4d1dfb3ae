"""Spans on their way to a collector, over OTLP and HTTP: in the background, bounded, and never in the way of the stream.

Where to, with which headers and certificates, how many at once: the SDK reads the standard `OTEL_*` variables.
"""

import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread

import structlog
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import (
    SERVICE_INSTANCE_ID,
    SERVICE_NAME,
    SERVICE_VERSION,
    OTELResourceDetector,
    Resource,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

from detector import __version__
from detector.clock import Clock
from detector.errors import Misconfigured
from detector.monitoring.tracing.sampling import sampler

log = structlog.get_logger()

SERVICE = "contact-leak-detector"
"""The name of the service unless `OTEL_SERVICE_NAME` has another."""

TELL_EVERY_SECONDS = 60.0


class _Cause(logging.Handler):
    """Remembers why an export failed. The library logs it in words that may hold addresses and whatever was answered."""

    last = "unknown"

    def emit(self, record: logging.LogRecord) -> None:
        """What `logging` calls: of the arguments only an HTTP status and the type of an error are kept."""
        for argument in record.args if isinstance(record.args, tuple) else ():
            if isinstance(argument, BaseException):
                self.last = type(argument).__name__
            elif isinstance(argument, int):
                self.last = f"HTTP {argument}"


class Reporting(SpanExporter):
    """An exporter whose failures are told once a minute at most; the spans are lost, the stream goes on."""

    def __init__(self, exporter: SpanExporter, clock: Clock) -> None:
        self._exporter = exporter
        self._clock = clock
        self._cause = _Cause()
        self._lost = 0
        self._silent_until = clock.monotonic()
        told = logging.getLogger("opentelemetry")
        told.handlers, told.propagate = [self._cause], False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Called by the SDK's own thread."""
        result = self._exporter.export(spans)
        if result is not SpanExportResult.SUCCESS:
            self._lost += len(spans)
            if self._clock.monotonic() >= self._silent_until:
                log.warning("traces not exported", spans=self._lost, cause=self._cause.last)
                self._lost, self._silent_until = 0, self._clock.monotonic() + TELL_EVERY_SECONDS
        return result

    def shutdown(self) -> None:
        """Give up what is under way."""
        self._exporter.shutdown()


@contextmanager
def exporting(share: float, instance: str | None, flush_seconds: float, clock: Clock) -> Iterator[Tracer]:
    """A tracer whose spans are sent while the block runs; what is left then has so many seconds to be sent.

    `share` is that of the events that bring no trace context. Raises `Misconfigured` where the SDK cannot use a variable.
    """
    try:
        processor = BatchSpanProcessor(Reporting(OTLPSpanExporter(), clock))
    except ValueError:
        raise Misconfigured(
            "The OTEL_* variables do not fit: see those of OTEL_EXPORTER_OTLP_* and OTEL_BSP_*."
        ) from None
    # Not the SDK's own end, which would wait half a minute for a collector that is gone.
    provider = TracerProvider(sampler(share), _resource(instance), shutdown_on_exit=False)
    provider.add_span_processor(processor)
    try:
        yield provider.get_tracer("detector", __version__)
    finally:
        flushing = Thread(target=processor.shutdown, name="traces-flush", daemon=True)
        flushing.start()
        flushing.join(flush_seconds)


def _resource(instance: str | None) -> Resource:
    named = {
        SERVICE_NAME: SERVICE,
        SERVICE_VERSION: __version__,
        SERVICE_INSTANCE_ID: instance or f"{socket.gethostname()}-{os.getpid()}",
    }
    return Resource.create(named).merge(OTELResourceDetector().detect())
