"""Facts become Prometheus metrics."""

from collections.abc import Mapping
from typing import get_args

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector

from detector import __version__
from detector.deadletters import BrakeFill
from detector.errors import Reason
from detector.events import EventKind
from detector.monitoring import table
from detector.monitoring.metric import Metric
from detector.monitoring.tally import TallyCounter, TallyHistogram
from detector.observing import BatchScored, EventJudged, EventRejected, Lag, Part, StageTimed, WindowsRecalled
from detector.outcomes import Delivery, Destination, Outcome
from detector.pipeline import PROMISE_SECONDS
from detector.records import Partition, Record
from detector.scoring import ModelCard
from detector.traces import Trace
from detector.verdicts import Label


class PrometheusObserver:
    """Counts everything into one registry; labels come from closed sets, never from an event's contents."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        self.registry = registry if registry is not None else CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._latency = self._histogram(table.LATENCY)
        self._misses = self._counter(table.MISSES)
        self._stage = self._histogram(table.STAGE)
        self._verdicts = self._counter(table.VERDICTS)
        self._tombstones = self._counter(table.TOMBSTONES)
        self._dead_letters = self._counter(table.DEAD_LETTERS)
        self._scores = self._histogram(table.SCORES)
        self._windows = self._histogram(table.BATCH_WINDOWS)
        self._padding = self._histogram(table.PADDING)
        self._tokens = self._counter(table.TOKENS)
        self._padded_tokens = self._counter(table.PADDED_TOKENS)
        self._model_windows = self._counter(table.MODEL_WINDOWS)
        self._cached_windows = self._counter(table.CACHED_WINDOWS)
        self._deliveries = self._counter(table.DELIVERIES)
        self._replacements = self._counter(table.REPLACEMENTS)
        self._busy = self._counter(table.BUSY)
        self._lag = self._gauge(table.LAG)
        self._lag_seconds = self._gauge(table.LAG_SECONDS)
        self._in_flight = self._gauge(table.IN_FLIGHT)
        self._partitions = self._gauge(table.PARTITIONS)
        self._rebalances = self._counter(table.REBALANCES)
        self._held_back = self._gauge(table.HELD_BACK)
        self._brake = self._gauge(table.BRAKE)
        self._skew = self._counter(table.CLOCK_SKEW)
        self._model = self._gauge(table.MODEL_INFO)
        self._worker_info = self._gauge(table.WORKER_INFO)
        self._begin_at_zero()

    def follow(self, record: Record) -> Trace | None:  # noqa: ARG002
        """Follow none; see `detector.monitoring.tracing`."""
        return None

    def runs(self, *, group: str, engine: str, delivery: str) -> None:
        """Say in which group, on which engine and with which guarantee the worker runs."""
        self._worker_info.labels(group, engine, delivery, __version__).set(1)

    def model(self, card: ModelCard) -> None:
        """Say which model judges."""
        self._model.labels(card.code, card.version, card.refresh).set(1)

    def timed(self, fact: StageTimed) -> None:
        """A stage was passed."""
        stage, seconds, _ = fact
        self._stage[stage,].observe(seconds)
        if stage != "wait":
            self._busy["judge",].value += seconds

    def scored(self, fact: BatchScored) -> None:
        """A batch was scored."""
        self._stage["score",].observe(fact.seconds)
        self.busy("score", fact.seconds / fact.readers)
        self._windows[()].observe(fact.windows)
        self._tokens[()].value += fact.tokens
        self._padded_tokens[()].value += fact.padded_tokens
        self._model_windows["first",].value += fact.cleared
        self._model_windows["whole",].value += fact.whole
        if fact.padded_tokens:
            self._padding[()].observe(max(0.0, 1.0 - fact.tokens / fact.padded_tokens))

    def recalled(self, fact: WindowsRecalled) -> None:
        """An event's windows were looked up."""
        self._cached_windows["hit",].value += fact.known
        self._cached_windows["miss",].value += fact.new

    def judged(self, fact: EventJudged) -> None:
        """A verdict was reached; it is counted when it is delivered, its score now."""
        self._scores[fact.kind,].observe(fact.score)

    def rejected(self, fact: EventRejected) -> None:
        """A record was rejected; it is counted when its dead letter is delivered."""

    def dropped(self, trace: Trace) -> None:
        """A record left without an outcome; it is counted where it gets one."""

    def delivered(self, delivery: Delivery, seconds: float, now: float) -> None:
        """Outcomes are written and their offsets committed."""
        self._stage["deliver",].observe(seconds)
        self._deliveries["committed",].value += 1
        for outcome in delivery.outcomes:
            self._count(outcome)
            if outcome.read_timestamp_ms is not None:
                self._time(outcome, now - outcome.read_timestamp_ms / 1000, now)

    def refused(self) -> None:
        """A delivery was rolled back."""
        self._deliveries["rolled-back",].value += 1

    def began_anew(self) -> None:
        """Clients were replaced."""
        self._replacements[()].value += 1
        self.gave_up(0)
        self.in_flight(0)

    def rebalanced(self, partitions: int) -> None:
        """A rebalance is over, and the worker owns so many partitions now."""
        self._rebalances[()].value += 1
        self.gave_up(partitions)

    def gave_up(self, partitions: int) -> None:
        """The worker owns so many partitions now; the lag of those it lost is no longer its to tell."""
        self._partitions.set(partitions)
        self._lag.clear()
        self._lag_seconds.clear()

    def lagging(self, lag: Mapping[Partition, Lag]) -> None:
        """How far behind the worker is in each owned partition."""
        for (topic, number), (records, seconds) in lag.items():
            self._lag.labels(topic, str(number)).set(records)
            self._lag_seconds.labels(topic, str(number)).set(seconds)

    def in_flight(self, records: int) -> None:
        """Records between reading and delivery."""
        self._in_flight.set(records)

    def held_back(self, *, paused: bool) -> None:
        """Reading was paused or resumed."""
        self._held_back.set(paused)

    def busy(self, part: Part, seconds: float) -> None:
        """A part of the worker was at work."""
        self._busy[part,].value += seconds

    def brake(self, fill: BrakeFill) -> None:
        """How near each limit of the brake is."""
        for limit, ratio in fill._asdict().items():
            self._brake.labels(limit).set(ratio)

    def _begin_at_zero(self) -> None:
        """Show what has not happened yet as 0: a rate never sees the first step of a series that begins with it."""
        counted: list[tuple[TallyCounter | TallyHistogram, tuple[str, ...]]] = []
        for kind in EventKind:
            counted += [(each, (kind.value,)) for each in (self._latency, self._misses, self._tombstones, self._scores)]
            counted += [(self._verdicts, (kind.value, label.value)) for label in Label]
            counted += [(self._dead_letters, (kind.value, reason.value)) for reason in Reason]
        counted += [(self._deliveries, (result,)) for result in ("committed", "rolled-back")]
        counted += [(self._model_windows, (stage,)) for stage in ("first", "whole")]
        counted += [(self._cached_windows, (result,)) for result in ("hit", "miss")]
        counted += [(self._busy, (part,)) for part in get_args(Part)]
        for metric, labels in counted:
            metric.begin(labels)
        self.brake(BrakeFill(0.0, 0.0))

    def _count(self, outcome: Outcome) -> None:
        if outcome.destination is Destination.DEAD_LETTERS:
            self._dead_letters[outcome.kind, outcome.reason or "unknown"].value += 1
        elif outcome.label is None:
            self._tombstones[outcome.kind,].value += 1
        else:
            self._verdicts[outcome.kind, outcome.label].value += 1

    def _time(self, outcome: Outcome, latency: float, now: float) -> None:
        if latency < 0:
            self._skew[()].value += 1
        if latency > PROMISE_SECONDS:
            self._misses[outcome.kind,].value += 1
        self._latency[outcome.kind,].observe(max(0.0, latency), _exemplar(outcome.trace), now)

    def _counter(self, metric: Metric) -> TallyCounter:
        return TallyCounter(metric, self.registry)

    def _histogram(self, metric: Metric) -> TallyHistogram:
        return TallyHistogram(metric, self.registry)

    def _gauge(self, metric: Metric) -> Gauge:
        return Gauge(metric.name, metric.help, metric.labels, registry=self.registry)


def _exemplar(trace: Trace | None) -> dict[str, str] | None:
    """Shown in the OpenMetrics format alone: from a slow bucket to one of the traces that fell into it."""
    recorded_as = None if trace is None else trace.recorded_as
    return None if recorded_as is None else {"trace_id": recorded_as}
