"""The metrics that `detector serve` has beside those of judging: entries of the one table."""

from detector.monitoring.metric import Metric

REQUEST_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.35, 0.5, 1.0, 2.5, 5.0)
"""Seconds; 0.25 is the promise."""

REQUESTS = Metric(
    "detector_http_requests", "counter", "Requests answered, by route and HTTP status.", ("route", "status")
)
REQUEST_SECONDS = Metric(
    "detector_http_request_seconds",
    "histogram",
    "From a request's head to the end of its answer; of a feed, which has no end, to its beginning.",
    ("route",),
    REQUEST_BUCKETS,
)
REQUESTS_IN_FLIGHT = Metric("detector_http_in_flight_requests", "gauge", "Requests that are being answered.")

HTTP_METRICS: tuple[Metric, ...] = (REQUESTS, REQUEST_SECONDS, REQUESTS_IN_FLIGHT)
