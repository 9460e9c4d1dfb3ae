"""What `detector escalate` counts, as Prometheus metrics; see `detector.monitoring.metrics` for the worker."""

from collections.abc import Mapping
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector

from detector.monitoring import escalation_table as own
from detector.monitoring import table
from detector.monitoring.metric import Metric
from detector.records import Partition

Role = Literal["active", "standby"]


class EscalationMetrics:
    """Counts everything into one registry; labels come from closed sets and from the settings, never from a record."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._escalations = self._counter(own.ESCALATIONS)
        self._followed = self._counter(own.FOLLOWED)
        self._sightings = self._counter(own.SIGHTINGS)
        self._entries = self._gauge(own.TABLE_ENTRIES)
        self._changelog_lag = self._gauge(own.CHANGELOG_LAG)
        self._recovery = self._gauge(own.RECOVERY)
        self._lag = self._gauge(table.LAG)
        self._partitions = self._gauge(table.PARTITIONS)
        self._rebalances = self._counter(table.REBALANCES)

    def escalated(self, rule: str) -> None:
        """An escalation was delivered."""
        self._escalations.labels(rule).inc()

    def followed(self, result: Literal["forwarded", "skipped", "unreadable"]) -> None:
        """A verdict was done with."""
        self._followed.labels(result).inc()

    def considered(self, result: str) -> None:
        """A sighting was done with; `result` is an `Effect` or `unreadable`."""
        self._sightings.labels(result).inc()

    def rebalanced(self, partitions: int) -> None:
        """So many partitions of both stages are owned now; the lag of others is no longer ours to tell."""
        self._rebalances.inc()
        self._partitions.set(partitions)
        self._lag.clear()

    def recovered(self, seconds: float) -> None:
        """The tables are up to date after a rebalance."""
        self._recovery.set(seconds)

    def lagging(self, lag: Mapping[Partition, int]) -> None:
        """Lag of each owned partition."""
        for partition, records in lag.items():
            self._lag.labels(partition.topic, str(partition.number)).set(records)

    def table(self, name: str, entries: int, lag: Mapping[Role, int]) -> None:
        """How large a table is, and how much of its changelog is still to be read."""
        self._entries.labels(name).set(entries)
        for role, records in lag.items():
            self._changelog_lag.labels(name, role).set(records)

    def _counter(self, metric: Metric) -> Counter:
        return Counter(metric.name, metric.help, metric.labels, registry=self.registry)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(metric.name, metric.help, metric.labels, registry=self.registry)
