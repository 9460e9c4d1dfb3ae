"""What an OpenTelemetry collector is to a worker: it takes spans over OTLP and HTTP, and here remembers them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.workers import SECONDS


class Collector:
    """The spans that came, in their order, and the names of the services that sent them."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.services: set[str] = set()
        self.address = ""
        self._changed = Condition()

    @property
    def variables(self) -> dict[str, str]:
        """What sends a worker's traces here, soon."""
        return {
            "DETECTOR_TRACES": "true",
            "OTEL_EXPORTER_OTLP_ENDPOINT": self.address,
            "OTEL_BSP_SCHEDULE_DELAY": "50",
        }

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]

    def until(self, arrived: Callable[[], bool]) -> None:
        """Wait until so much has arrived."""
        with self._changed:
            assert self._changed.wait_for(arrived, SECONDS), f"of the spans there came {[s.name for s in self.spans]}"

    def take(self, request: ExportTraceServiceRequest) -> None:
        with self._changed:
            for resource in request.resource_spans:
                about = {each.key: each.value.string_value for each in resource.resource.attributes}
                self.services.add(about["service.name"])
                self.spans.extend(span for scope in resource.scope_spans for span in scope.spans)
            self._changed.notify_all()


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector that listens while the block runs."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.path == "/v1/traces"
            collector.take(ExportTraceServiceRequest.FromString(body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.address = f"http://127.0.0.1:{server.server_port}"
        serving = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        serving.start()
        try:
            yield collector
        finally:
            server.shutdown()
            serving.join()


def traceparent(span: Span) -> bytes:
    """The header that names a span as parent; it was sampled, else it would not be here."""
    return f"00-{span.trace_id.hex()}-{span.span_id.hex()}-01".encode()


def linked(spans: Sequence[Span]) -> set[bytes]:
    """The ids of the spans that these link to."""
    return {link.span_id for span in spans for link in span.links}
