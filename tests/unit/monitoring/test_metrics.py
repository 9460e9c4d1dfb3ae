"""Facts become metrics, with names and labels out of closed sets."""

import pytest
from prometheus_client import CollectorRegistry

from detector.errors import Reason, Stage
from detector.events import EventKind
from detector.monitoring.metrics import PrometheusObserver
from detector.monitoring.table import LATENCY, LATENCY_BUCKETS, METRICS
from detector.observing import BatchScored, EventJudged, EventRejected, StageTimed
from detector.outcomes import Delivery
from detector.records import Partition
from detector.scoring import KeywordScorer
from detector.verdicts import Label
from tests.samples import BOOKINGS, LEAK, LISTINGS, event, outcomes_of, pipeline, record

KINDS = {kind.value for kind in EventKind}
CLOSED_SETS = {
    "kind": KINDS,
    "label": {label.value for label in Label},
    "reason": {reason.value for reason in Reason},
    "stage": {"decode", "prepare", "wait", "score", "deliver"},
    "result": {"committed", "rolled-back"},
    "topic": {LISTINGS.topic},
    "partition": {"0"},
    "code": {"KeywordScorer"},
    "version": {"1.0"},
    "refresh": {"v20261121"},
}
COUNTED = [
    record(event({"name": LEAK}), 0, timestamp_ms=1_000),
    record(event(), 1, timestamp_ms=1_900),
    record(b"not json", 2, timestamp_ms=2_500),
    record(None, 3),
]


def value(observer: PrometheusObserver, name: str, **labels: str) -> float | None:
    return observer.registry.get_sample_value(name, labels)


@pytest.fixture
def observer() -> PrometheusObserver:
    return PrometheusObserver(CollectorRegistry())


@pytest.fixture
def used(observer: PrometheusObserver) -> PrometheusObserver:
    """An observer that has heard everything there is."""
    outcomes = outcomes_of(COUNTED, flow=pipeline(observer=observer))
    observer.delivered(Delivery(outcomes, {LISTINGS: 4}), seconds=0.02, now=2.0)
    observer.refused()
    observer.rebalanced(3)
    observer.lagging({LISTINGS: 12})
    observer.in_flight(5)
    observer.held_back(paused=True)
    observer.model(KeywordScorer().card)
    return observer


def test_the_registry_exposes_exactly_the_table(used: PrometheusObserver) -> None:
    exposed = {
        family.name: (family.type, family.documentation)
        for family in used.registry.collect()
        if not family.name.startswith("process_")
    }
    assert exposed == {metric.name: (metric.type, metric.help) for metric in METRICS}


def test_every_metric_has_the_labels_of_the_table_and_values_from_closed_sets(used: PrometheusObserver) -> None:
    table = {metric.name: set(metric.labels) for metric in METRICS}
    for family in used.registry.collect():
        if family.name.startswith("process_"):
            continue
        assert family.samples, f"{family.name} was never told anything"
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == table[family.name]
            for label in set(sample.labels) - {"le"}:
                assert sample.labels[label] in CLOSED_SETS[label]


def test_the_buckets_of_the_latency_include_the_promise() -> None:
    assert 0.25 in LATENCY_BUCKETS
    assert LATENCY.buckets == tuple(sorted(LATENCY_BUCKETS))


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("detector_verdicts_total", {"kind": "LISTING_UPDATE", "label": "Fraud"}, 1),
        ("detector_verdicts_total", {"kind": "LISTING_UPDATE", "label": "NonFraud"}, 1),
        ("detector_dead_letters_total", {"kind": "LISTING_UPDATE", "reason": "not-json"}, 1),
        ("detector_tombstones_total", {"kind": "LISTING_UPDATE"}, 1),
        ("detector_deliveries_total", {"result": "committed"}, 1),
        ("detector_deliveries_total", {"result": "rolled-back"}, 1),
        ("detector_score_count", {"kind": "LISTING_UPDATE"}, 2),
        ("detector_latency_seconds_count", {"kind": "LISTING_UPDATE"}, 3),
        ("detector_stage_seconds_count", {"stage": "decode"}, 2),
        ("detector_stage_seconds_sum", {"stage": "deliver"}, 0.02),
        ("detector_batch_windows_sum", {}, 2),
        ("detector_lag_records", {"topic": "listing-updates", "partition": "0"}, 12),
        ("detector_in_flight_records", {}, 5),
        ("detector_assigned_partitions", {}, 3),
        ("detector_reading_paused", {}, 1),
        ("detector_model_info", {"code": "KeywordScorer", "version": "1.0", "refresh": "v20261121"}, 1),
    ],
)
def test_what_happened_is_counted(used: PrometheusObserver, name: str, labels: dict[str, str], expected: float) -> None:
    assert value(used, name, **labels) == pytest.approx(expected)


def test_latency_runs_from_the_records_timestamp_to_the_delivery(used: PrometheusObserver) -> None:
    within = {
        bucket: value(used, "detector_latency_seconds_bucket", kind="LISTING_UPDATE", le=bucket)
        for bucket in ("0.075", "0.25", "1.0")
    }
    assert within == {"0.075": 1, "0.25": 2, "1.0": 3}


def test_a_timestamp_in_the_future_counts_as_no_latency_and_as_clock_skew(used: PrometheusObserver) -> None:
    assert value(used, "detector_latency_seconds_sum", kind="LISTING_UPDATE") == pytest.approx(1.0 + 0.1 + 0.0)
    assert value(used, "detector_clock_skew_total") == 1


def test_a_judged_or_rejected_event_is_counted_only_once_it_is_delivered(observer: PrometheusObserver) -> None:
    observer.judged(EventJudged(EventKind.BOOKING, Label.FRAUD, 0.9))
    observer.rejected(EventRejected(EventKind.BOOKING, Stage.DECODE, Reason.NOT_JSON))
    assert value(observer, "detector_verdicts_total", kind="BOOKING", label="Fraud") is None
    assert value(observer, "detector_dead_letters_total", kind="BOOKING", reason="not-json") is None


@pytest.mark.parametrize(
    ("fact", "share"),
    [
        pytest.param(BatchScored(2, 75, 100, 0.01), 0.25, id="a quarter"),
        pytest.param(BatchScored(2, 100, 100, 0.01), 0.0, id="none"),
        pytest.param(BatchScored(2, 104, 100, 0.01), 0.0, id="never less than none"),
    ],
)
def test_the_share_of_padding_is_what_was_computed_for_nothing(
    observer: PrometheusObserver, fact: BatchScored, share: float
) -> None:
    observer.scored(fact)
    assert value(observer, "detector_batch_padding_share_sum") == pytest.approx(share)


def test_a_batch_without_tokens_has_no_share_of_padding(observer: PrometheusObserver) -> None:
    observer.scored(BatchScored(1, 0, 0, 0.01))
    assert value(observer, "detector_batch_padding_share_count") == 0


def test_lag_of_partitions_that_went_elsewhere_is_no_longer_told(observer: PrometheusObserver) -> None:
    observer.lagging({LISTINGS: 4, BOOKINGS: 5})
    observer.rebalanced(1)
    observer.lagging({LISTINGS: 3})
    assert value(observer, "detector_lag_records", topic="listing-updates", partition="0") == 3
    assert value(observer, "detector_lag_records", topic="bookings", partition="0") is None


def test_two_observers_do_not_share_their_counts() -> None:
    one, other = PrometheusObserver(), PrometheusObserver()
    one.timed(StageTimed("decode", 0.1))
    one.lagging({Partition("t", 1): 1})
    assert value(other, "detector_stage_seconds_count", stage="decode") is None
