"""What one thread counts without locks is exposed as prometheus_client exposes its own."""

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import choose_encoder
from prometheus_client.samples import Sample

from detector.monitoring.metric import Metric
from detector.monitoring.tally import TallyCounter, TallyHistogram

SECONDS = Metric("some_seconds", "histogram", "Some time.", ("stage",), (0.00005, 0.5, 1.0, 60.0))
SIZES = Metric("some_sizes", "histogram", "Some sizes.", (), (1.0, 8.0))
EVENTS = Metric("some_events", "counter", "Some events.", ("kind", "label"))
PLAIN = Metric("some_plain", "counter", "Some more.")


def samples(registry: CollectorRegistry) -> list[Sample]:
    """Without those that tell when a series began."""
    return [
        each._replace(exemplar=None)
        for family in registry.collect()
        for each in family.samples
        if not each.name.endswith("_created")
    ]


def test_a_histogram_shows_the_same_samples() -> None:
    own, theirs = CollectorRegistry(), CollectorRegistry()
    tally = TallyHistogram(SECONDS, own)
    usual = Histogram(SECONDS.name, SECONDS.help, SECONDS.labels, registry=theirs, buckets=SECONDS.buckets)
    for stage, seconds in [("decode", 0.5), ("decode", 0.50001), ("score", 0.0), ("score", 61.0), ("score", 0.00005)]:
        tally[stage,].observe(seconds)
        usual.labels(stage).observe(seconds)
    assert samples(own) == samples(theirs)


def test_a_counter_shows_the_same_samples() -> None:
    own, theirs = CollectorRegistry(), CollectorRegistry()
    tally = TallyCounter(EVENTS, own)
    usual = Counter(EVENTS.name, EVENTS.help, EVENTS.labels, registry=theirs)
    for labels, by in [(("BOOKING", "Fraud"), 1.0), (("BOOKING", "NonFraud"), 2.5), (("BOOKING", "Fraud"), 1.0)]:
        tally[labels].value += by
        usual.labels(*labels).inc(by)
    assert samples(own) == samples(theirs)


def test_a_metric_without_labels_begins_at_zero() -> None:
    registry = CollectorRegistry()
    TallyCounter(PLAIN, registry)
    TallyHistogram(SIZES, registry)
    assert registry.get_sample_value("some_plain_total") == 0.0
    assert registry.get_sample_value("some_sizes_count") == 0.0


def test_a_series_can_begin_before_anything_is_counted_and_keeps_what_was_counted() -> None:
    registry = CollectorRegistry()
    tally = TallyCounter(EVENTS, registry)
    labels = {"kind": "BOOKING", "label": "Fraud"}
    tally.begin(("BOOKING", "Fraud"))
    assert registry.get_sample_value("some_events_total", labels) == 0.0
    tally["BOOKING", "Fraud"].value += 3
    tally.begin(("BOOKING", "Fraud"))
    assert registry.get_sample_value("some_events_total", labels) == 3.0


def test_a_bucket_shows_the_exemplar_that_came_last() -> None:
    registry = CollectorRegistry()
    tally = TallyHistogram(SIZES, registry)
    tally[()].observe(2.0, {"trace_id": "old"}, at=1.0)
    tally[()].observe(7.0, {"trace_id": "new"}, at=2.5)
    tally[()].observe(0.5)
    encode, _ = choose_encoder("application/openmetrics-text")
    (exposed,) = [line for line in encode(registry).decode().splitlines() if "#" in line and "trace_id" in line]
    assert exposed == 'some_sizes_bucket{le="8.0"} 3.0 # {trace_id="new"} 7.0 2.5'
