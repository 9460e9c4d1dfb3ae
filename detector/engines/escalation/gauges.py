"""What can only be looked up: lag, table sizes, how far the changelogs are read."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import faust
from faust.exceptions import ConsumerNotStarted
from faust.types import TP

from detector.engines.escalation.tables import PartitionedTable
from detector.engines.faust.settling import SettledConsumer
from detector.monitoring.escalation_metrics import EscalationMetrics
from detector.records import Partition


class Gauges:
    """Looks at one app: at the topics its agents read, and at its tables."""

    def __init__(
        self, app: faust.App, inputs: Collection[str], tables: Sequence[PartitionedTable], metrics: EscalationMetrics
    ) -> None:
        self._app = app
        self._inputs = inputs
        self._tables = tables
        self._metrics = metrics

    def tell(self) -> None:
        """Set the metrics to what is so now."""
        try:
            ends = self._ends()
        except ConsumerNotStarted:
            return
        self._metrics.lagging({Partition(*tp): lag for tp, lag in self._lag(ends).items()})
        for name, size in self.sizes().items():
            changelog = f"{self._app.conf.id}-{name}-changelog"
            self._metrics.table(
                name, size, {"active": self._to_recover(changelog), "standby": self._behind(changelog, ends)}
            )

    def sizes(self) -> dict[str, int]:
        """Table name to its entries in the partitions that this process owns."""
        return {table.name: table.store.size(self.owned(table.changelog_topic_name)) for table in self._tables}

    def owned(self, topic: str) -> set[int]:
        """Partitions of a topic that this process owns; those it keeps a warm copy of are not among them."""
        return {tp.partition for tp in self._app.assignor.assigned_actives() if tp.topic == topic}

    @property
    def _recovery(self) -> Any:
        return self._app.tables.recovery  # type: ignore[attr-defined]

    def _ends(self) -> dict[TP, int]:
        """Where each assigned partition ends, as far as the consumer knows it."""
        ends = {tp: self._app.consumer.highwater(tp) for tp in self._app.consumer.assignment()}
        return {tp: end for tp, end in ends.items() if end is not None}

    def _lag(self, ends: Mapping[TP, int]) -> dict[TP, int]:
        consumer = self._app.consumer
        assert isinstance(consumer, SettledConsumer)
        known = {tp: (end, consumer.next_offset(tp)) for tp, end in ends.items() if tp.topic in self._inputs}
        return {tp: max(0, end - (settled or 0)) for tp, (end, settled) in known.items()}

    def _to_recover(self, changelog: str) -> int:
        if self._app.tables.actives_ready:
            return 0
        remaining: Mapping[TP, int] = self._recovery.active_remaining()
        return sum(max(0, count) for tp, count in remaining.items() if tp.topic == changelog)

    def _behind(self, changelog: str, ends: Mapping[TP, int]) -> int:
        read: Mapping[TP, int | None] = self._recovery.standby_offsets
        standbys = [tp for tp in self._app.assignor.assigned_standbys() if tp.topic == changelog and tp in ends]
        return sum(max(0, ends[tp] - 1 - (read[tp] or 0)) for tp in standbys)
