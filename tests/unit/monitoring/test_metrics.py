"""Facts become metrics, with names and labels out of closed sets."""

import pytest
from prometheus_client import CollectorRegistry

from detector import __version__
from detector.deadletters import BrakeFill
from detector.errors import Reason, Stage
from detector.events import EventKind
from detector.monitoring.metrics import PrometheusObserver
from detector.monitoring.table import LATENCY, LATENCY_BUCKETS, PROMISE_BUCKET, WORKER_METRICS
from detector.observing import BatchScored, EventJudged, EventRejected, Lag, StageTimed, WindowsRecalled
from detector.outcomes import Delivery
from detector.pipeline import PROMISE_SECONDS
from detector.records import Partition
from detector.scoring import KeywordScorer
from detector.verdicts import Label
from tests.samples import BOOKINGS, LEAK, LISTINGS, event, outcomes_of, pipeline, record

KINDS = {kind.value for kind in EventKind}
CLOSED_SETS = {
    "kind": KINDS,
    "label": {label.value for label in Label},
    "reason": {reason.value for reason in Reason},
    "stage": {"decode", "prepare", "wait", "score", "aggregate", "deliver", "first", "whole"},
    "result": {"committed", "rolled-back", "hit", "miss"},
    "part": {"read", "judge", "score", "deliver"},
    "limit": {"consecutive", "share"},
    "topic": {LISTINGS.topic},
    "partition": {"0"},
    "code": {"KeywordScorer"},
    "version": {"1.0", __version__},
    "group": {"one group"},
    "engine": {"kafka"},
    "delivery": {"exactly-once"},
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
    observer.scored(BatchScored(6, 0, 0, 0.01, cleared=4, whole=1))
    observer.recalled(WindowsRecalled(2, 3))
    observer.began_anew()
    observer.rebalanced(3)
    observer.lagging({LISTINGS: Lag(12, 3.5)})
    observer.in_flight(5)
    observer.held_back(paused=True)
    observer.busy("read", 0.25)
    observer.brake(BrakeFill(0.4, 0.1))
    observer.model(KeywordScorer().card)
    observer.runs(group="one group", engine="kafka", delivery="exactly-once")
    return observer


def test_the_registry_exposes_exactly_the_table(used: PrometheusObserver) -> None:
    exposed = {
        family.name: (family.type, family.documentation)
        for family in used.registry.collect()
        if not family.name.startswith("process_")
    }
    assert exposed == {metric.name: (metric.type, metric.help) for metric in WORKER_METRICS}


def test_every_metric_has_the_labels_of_the_table_and_values_from_closed_sets(used: PrometheusObserver) -> None:
    table = {metric.name: set(metric.labels) for metric in WORKER_METRICS}
    for family in used.registry.collect():
        if family.name.startswith("process_"):
            continue
        assert family.samples, f"{family.name} was never told anything"
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == table[family.name]
            for label in set(sample.labels) - {"le"}:
                assert sample.labels[label] in CLOSED_SETS[label]


def test_the_buckets_of_the_latency_include_the_promise() -> None:
    assert PROMISE_SECONDS in LATENCY_BUCKETS
    assert str(PROMISE_SECONDS) == PROMISE_BUCKET
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
        ("detector_client_replacements_total", {}, 1),
        ("detector_model_windows_total", {"stage": "first"}, 4),
        ("detector_model_windows_total", {"stage": "whole"}, 3),
        ("detector_cached_windows_total", {"result": "hit"}, 2),
        ("detector_cached_windows_total", {"result": "miss"}, 3),
        ("detector_score_count", {"kind": "LISTING_UPDATE"}, 2),
        ("detector_latency_seconds_count", {"kind": "LISTING_UPDATE"}, 3),
        ("detector_stage_seconds_count", {"stage": "decode"}, 2),
        ("detector_stage_seconds_count", {"stage": "aggregate"}, 2),
        ("detector_stage_seconds_sum", {"stage": "deliver"}, 0.02),
        ("detector_deadline_misses_total", {"kind": "LISTING_UPDATE"}, 1),
        ("detector_deadline_misses_total", {"kind": "BOOKING"}, 0),
        ("detector_batch_windows_sum", {}, 8),
        ("detector_lag_records", {"topic": "listing-updates", "partition": "0"}, 12),
        ("detector_lag_seconds", {"topic": "listing-updates", "partition": "0"}, 3.5),
        ("detector_busy_seconds_total", {"part": "read"}, 0.25),
        ("detector_brake_fill_ratio", {"limit": "consecutive"}, 0.4),
        ("detector_brake_fill_ratio", {"limit": "share"}, 0.1),
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
    assert value(observer, "detector_verdicts_total", kind="BOOKING", label="Fraud") == 0
    assert value(observer, "detector_dead_letters_total", kind="BOOKING", reason="not-json") == 0


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
    observer.lagging({LISTINGS: Lag(4, 1.0), BOOKINGS: Lag(5, 2.0)})
    observer.gave_up(1)
    observer.lagging({LISTINGS: Lag(3, 0.5)})
    for name, seen in {"detector_lag_records": 3, "detector_lag_seconds": 0.5}.items():
        assert value(observer, name, topic="listing-updates", partition="0") == seen
        assert value(observer, name, topic="bookings", partition="0") is None


def test_giving_partitions_up_is_half_a_rebalance_and_does_not_count_as_one(observer: PrometheusObserver) -> None:
    observer.gave_up(1)
    assert value(observer, "detector_rebalances_total") == 0
    assert value(observer, "detector_assigned_partitions") == 1
    observer.rebalanced(3)
    assert value(observer, "detector_rebalances_total") == 1
    assert value(observer, "detector_assigned_partitions") == 3


def test_what_comes_in_time_to_the_millisecond_is_no_miss(observer: PrometheusObserver) -> None:
    outcomes = outcomes_of([record(event(), 0, timestamp_ms=1_000), record(event(), 1, timestamp_ms=999)])
    observer.delivered(Delivery(outcomes, {LISTINGS: 2}), seconds=0.0, now=1.25)
    assert value(observer, "detector_deadline_misses_total", kind="LISTING_UPDATE") == 1
    assert value(observer, "detector_latency_seconds_bucket", kind="LISTING_UPDATE", le="0.25") == 1


def test_what_can_happen_shows_as_0_before_it_does(observer: PrometheusObserver) -> None:
    samples = {
        sample.name: sample.value
        for family in observer.registry.collect()
        for sample in family.samples
        if sample.name.startswith("detector_") and sample.name.endswith(("_total", "_count"))
    }
    assert set(samples.values()) == {0}
    assert {metric.exposed_name for metric in WORKER_METRICS if metric.type == "counter"} <= samples.keys()


def test_time_at_work_is_that_of_all_stages_but_waiting(observer: PrometheusObserver) -> None:
    for stage, seconds in {"decode": 0.1, "prepare": 0.2, "wait": 50.0, "aggregate": 0.3}.items():
        observer.timed(StageTimed(stage, seconds))
    observer.scored(BatchScored(2, 75, 100, 0.4))
    assert value(observer, "detector_busy_seconds_total", part="judge") == pytest.approx(0.6)
    assert value(observer, "detector_busy_seconds_total", part="score") == pytest.approx(0.4)


def test_a_model_that_reads_two_batches_at_a_time_is_busy_for_half_of_each_ones_time(
    observer: PrometheusObserver,
) -> None:
    observer.scored(BatchScored(2, 75, 100, 0.4, readers=2))
    assert value(observer, "detector_busy_seconds_total", part="score") == pytest.approx(0.2)
    assert value(observer, "detector_stage_seconds_sum", stage="score") == pytest.approx(0.4)


def test_padding_is_what_was_computed_beyond_the_tokens_read(observer: PrometheusObserver) -> None:
    observer.scored(BatchScored(2, 75, 100, 0.01))
    assert value(observer, "detector_tokens_total") == 75
    assert value(observer, "detector_padded_tokens_total") == 100


def test_two_observers_do_not_share_their_counts() -> None:
    one, other = PrometheusObserver(), PrometheusObserver()
    one.timed(StageTimed("decode", 0.1))
    one.lagging({Partition("t", 1): Lag(1, 1.0)})
    assert value(other, "detector_stage_seconds_count", stage="decode") is None
