"""What `detector serve` counts of requests, as Prometheus metrics; of judging, see `detector.monitoring.metrics`."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import choose_encoder

from detector.monitoring import http_table as own


class HttpMetrics:
    """Counts into the registry of the rest; the routes are those of the program, never a path as it was asked for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        requests, seconds, in_flight = own.REQUESTS, own.REQUEST_SECONDS, own.REQUESTS_IN_FLIGHT
        self._requests = Counter(requests.name, requests.help, requests.labels, registry=registry)
        self._seconds = Histogram(
            seconds.name, seconds.help, seconds.labels, registry=registry, buckets=seconds.buckets
        )
        self._in_flight = Gauge(in_flight.name, in_flight.help, registry=registry)

    def began(self) -> None:
        """A request came."""
        self._in_flight.inc()

    def ended(self, route: str, status: int, seconds: float) -> None:
        """It was answered."""
        self._in_flight.dec()
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def exposed(self, accept: str) -> tuple[str, bytes]:
        """Everything in the registry: content type and content, in the format that is asked for."""
        encode, content_type = choose_encoder(accept)
        return content_type, encode(self._registry)
