"""Spans leave in the background; who does not take them costs a line in the log and nothing else."""

import logging
import time
from collections.abc import Iterator, Sequence
from threading import Event

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer

from detector.clock import ManualClock, SystemClock
from detector.errors import Misconfigured
from detector.monitoring.tracing import export
from detector.monitoring.tracing.export import TELL_EVERY_SECONDS, Reporting, exporting

SPANS: Sequence[ReadableSpan] = [ReadableSpan("one"), ReadableSpan("two")]
SECRET = "https://user:hunter2@collector.example.com"


class Refusing(SpanExporter):
    """Fails as OTLP's does: it says so to the library's log, with whatever was answered."""

    def __init__(self, cause: object = 401) -> None:
        self.cause = cause
        self.result = SpanExportResult.FAILURE

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        if self.result is SpanExportResult.FAILURE:
            logging.getLogger("opentelemetry.exporter").error("Failed: %s, reason: %s", self.cause, SECRET)
        return self.result


class Hanging(SpanExporter):
    """A collector that takes the connection and never answers."""

    def __init__(self) -> None:
        self.reached, self.freed = Event(), Event()

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.reached.set()
        self.freed.wait(60)
        return SpanExportResult.FAILURE


@pytest.fixture(autouse=True)
def _library_log() -> Iterator[None]:
    """As it was."""
    told = logging.getLogger("opentelemetry")
    handlers, propagate = list(told.handlers), told.propagate
    yield
    told.handlers, told.propagate = handlers, propagate


def test_a_failure_is_told_with_its_cause_once_a_minute() -> None:
    clock = ManualClock()
    reporting = Reporting(Refusing(), clock)
    with structlog.testing.capture_logs() as logs:
        reporting.export(SPANS)
        reporting.export(SPANS)
        clock.advance(TELL_EVERY_SECONDS)
        reporting.export(SPANS)
    assert logs == [
        {"event": "traces not exported", "spans": 2, "cause": "HTTP 401", "log_level": "warning"},
        {"event": "traces not exported", "spans": 4, "cause": "HTTP 401", "log_level": "warning"},
    ]


def test_what_the_library_says_of_a_failure_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    reporting = Reporting(Refusing(), ManualClock())
    with structlog.testing.capture_logs() as logs, caplog.at_level(logging.DEBUG):
        reporting.export(SPANS)
    assert len(logs) == 1
    assert "hunter2" not in repr(logs) + caplog.text


def test_of_an_error_its_kind_is_told_and_not_its_words() -> None:
    reporting = Reporting(Refusing(ConnectionError(SECRET)), ManualClock())
    with structlog.testing.capture_logs() as logs:
        reporting.export(SPANS)
    assert [line["cause"] for line in logs] == ["ConnectionError"]


def test_success_is_silent() -> None:
    exporter = Refusing()
    exporter.result = SpanExportResult.SUCCESS
    with structlog.testing.capture_logs() as logs:
        assert Reporting(exporter, ManualClock()).export(SPANS) is SpanExportResult.SUCCESS
    assert logs == []


def test_a_collector_that_hangs_holds_neither_the_stream_nor_the_end_up(monkeypatch: pytest.MonkeyPatch) -> None:
    hanging = Hanging()
    monkeypatch.setattr(export, "OTLPSpanExporter", lambda: hanging)
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "8")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2")
    start = time.monotonic()
    with exporting(1.0, None, 0.1, SystemClock()) as tracer:
        follow(tracer, 2)
        assert hanging.reached.wait(30)
        follow(tracer, 1000)  # far more than there is room for
    took = time.monotonic() - start
    hanging.freed.set()
    assert took < 10, "the library itself would have waited half a minute"


def test_what_is_left_at_the_end_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []

    class Collecting(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            sent.extend(span.name for span in spans)
            return SpanExportResult.SUCCESS

    monkeypatch.setattr(export, "OTLPSpanExporter", Collecting)
    with exporting(1.0, None, 30.0, SystemClock()) as tracer:
        follow(tracer, 3)
        assert sent == []
    assert sent == ["judge"] * 3


def test_who_sends_is_named_unless_the_environment_has_another_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    assert (
        export._resource("worker-0").attributes.items()
        >= {
            "service.name": "contact-leak-detector",
            "service.instance.id": "worker-0",
            "deployment.environment.name": "test",
        }.items()
    )
    monkeypatch.setenv("OTEL_SERVICE_NAME", "leaks-eu")
    assert export._resource(None).attributes["service.name"] == "leaks-eu"


def test_a_variable_of_the_library_that_does_not_fit_is_told_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "-7")
    with pytest.raises(Misconfigured, match="OTEL_") as caught, exporting(1.0, None, 0.1, SystemClock()):
        pass
    assert "-7" not in str(caught.value)


def follow(tracer: Tracer, events: int) -> None:
    for _ in range(events):
        tracer.start_span("judge").end()
