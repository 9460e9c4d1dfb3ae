"""Facts become Prometheus metrics; nothing else in the package imports the client library."""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from detector.monitoring import table
from detector.observing import BatchScored, EventJudged, EventRejected, StageTimed
from detector.outcomes import Delivery, Destination, Outcome
from detector.records import Partition
from detector.scoring import ModelCard


class PrometheusObserver:
    """Counts everything into one registry; labels come from closed sets, never from an event's contents."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._latency = self._histogram(table.LATENCY)
        self._stage = self._histogram(table.STAGE)
        self._verdicts = self._counter(table.VERDICTS)
        self._tombstones = self._counter(table.TOMBSTONES)
        self._dead_letters = self._counter(table.DEAD_LETTERS)
        self._scores = self._histogram(table.SCORES)
        self._windows = self._histogram(table.BATCH_WINDOWS)
        self._padding = self._histogram(table.PADDING)
        self._tokens = self._counter(table.TOKENS)
        self._deliveries = self._counter(table.DELIVERIES)
        self._lag = self._gauge(table.LAG)
        self._in_flight = self._gauge(table.IN_FLIGHT)
        self._partitions = self._gauge(table.PARTITIONS)
        self._rebalances = self._counter(table.REBALANCES)
        self._held_back = self._gauge(table.HELD_BACK)
        self._skew = self._counter(table.CLOCK_SKEW)
        self._model = self._gauge(table.MODEL_INFO)

    def model(self, card: ModelCard) -> None:
        """Say which model judges."""
        self._model.labels(card.code, card.version, card.refresh).set(1)

    def timed(self, fact: StageTimed) -> None:
        """A stage was passed."""
        self._stage.labels(fact.stage).observe(fact.seconds)

    def scored(self, fact: BatchScored) -> None:
        """A batch was scored."""
        self._stage.labels("score").observe(fact.seconds)
        self._windows.observe(fact.windows)
        self._tokens.inc(fact.tokens)
        if fact.padded_tokens:
            self._padding.observe(max(0.0, 1.0 - fact.tokens / fact.padded_tokens))

    def judged(self, fact: EventJudged) -> None:
        """A verdict was reached; it is counted when it is delivered, its score now."""
        self._scores.labels(fact.kind.value).observe(fact.score)

    def rejected(self, fact: EventRejected) -> None:
        """A record was rejected; it is counted when its dead letter is delivered."""

    def delivered(self, delivery: Delivery, seconds: float, now: float) -> None:
        """Outcomes are written and their offsets committed."""
        self._stage.labels("deliver").observe(seconds)
        self._deliveries.labels("committed").inc()
        for outcome in delivery.outcomes:
            self._count(outcome)
            if outcome.read_timestamp_ms is not None:
                self._time(outcome, now - outcome.read_timestamp_ms / 1000)

    def refused(self) -> None:
        """A delivery was rolled back."""
        self._deliveries.labels("rolled-back").inc()

    def rebalanced(self, partitions: int) -> None:
        """The worker owns so many partitions now; the lag of those it lost is no longer its to tell."""
        self._rebalances.inc()
        self._partitions.set(partitions)
        self._lag.clear()

    def lagging(self, lag: Mapping[Partition, int]) -> None:
        """Lag of each owned partition."""
        for partition, records in lag.items():
            self._lag.labels(partition.topic, str(partition.number)).set(records)

    def in_flight(self, records: int) -> None:
        """Records between reading and delivery."""
        self._in_flight.set(records)

    def held_back(self, *, paused: bool) -> None:
        """Reading was paused or resumed."""
        self._held_back.set(paused)

    def _count(self, outcome: Outcome) -> None:
        if outcome.destination is Destination.DEAD_LETTERS:
            reason = outcome.reason.value if outcome.reason else "unknown"
            self._dead_letters.labels(outcome.kind.value, reason).inc()
        elif outcome.label is None:
            self._tombstones.labels(outcome.kind.value).inc()
        else:
            self._verdicts.labels(outcome.kind.value, outcome.label.value).inc()

    def _time(self, outcome: Outcome, latency: float) -> None:
        if latency < 0:
            self._skew.inc()
        self._latency.labels(outcome.kind.value).observe(max(0.0, latency))

    def _counter(self, metric: table.Metric) -> Counter:
        return Counter(metric.name, metric.help, metric.labels, registry=self.registry)

    def _gauge(self, metric: table.Metric) -> Gauge:
        return Gauge(metric.name, metric.help, metric.labels, registry=self.registry)

    def _histogram(self, metric: table.Metric) -> Histogram:
        return Histogram(metric.name, metric.help, metric.labels, registry=self.registry, buckets=metric.buckets)
