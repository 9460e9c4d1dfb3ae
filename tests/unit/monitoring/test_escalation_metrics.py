"""What `detector escalate` tells becomes metrics of the one table."""

import pytest
from prometheus_client import CollectorRegistry

from detector.monitoring import table
from detector.monitoring.escalation_metrics import EscalationMetrics
from detector.monitoring.escalation_table import ESCALATION_METRICS
from detector.records import Partition

SHARED = (table.LAG, table.PARTITIONS, table.REBALANCES)


@pytest.fixture
def used() -> EscalationMetrics:
    """Metrics that have heard everything there is."""
    metrics = EscalationMetrics(CollectorRegistry())
    metrics.escalated("burst")
    metrics.followed("forwarded")
    metrics.considered("counted")
    metrics.rebalanced(6)
    metrics.recovered(1.5)
    metrics.lagging({Partition("verdicts", 0): 12})
    metrics.table("panes", 40, {"active": 3, "standby": 5})
    return metrics


def test_the_registry_exposes_exactly_what_the_table_says(used: EscalationMetrics) -> None:
    exposed = {
        family.name: (family.type, family.documentation, set(family.samples[0].labels))
        for family in used.registry.collect()
        if not family.name.startswith("process_")
    }
    assert exposed == {
        metric.name: (metric.type, metric.help, set(metric.labels)) for metric in (*ESCALATION_METRICS, *SHARED)
    }


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("detector_escalations_total", {"rule": "burst"}, 1),
        ("detector_followed_verdicts_total", {"result": "forwarded"}, 1),
        ("detector_sightings_total", {"result": "counted"}, 1),
        ("detector_table_entries", {"table": "panes"}, 40),
        ("detector_changelog_lag_records", {"table": "panes", "role": "standby"}, 5),
        ("detector_recovery_seconds", {}, 1.5),
        ("detector_assigned_partitions", {}, 6),
        ("detector_lag_records", {"topic": "verdicts", "partition": "0"}, 12),
    ],
)
def test_what_happened_is_counted(used: EscalationMetrics, name: str, labels: dict[str, str], expected: float) -> None:
    assert used.registry.get_sample_value(name, labels) == expected


def test_a_rebalance_forgets_the_lag_of_partitions_that_went(used: EscalationMetrics) -> None:
    used.rebalanced(3)
    assert used.registry.get_sample_value("detector_lag_records", {"topic": "verdicts", "partition": "0"}) is None
