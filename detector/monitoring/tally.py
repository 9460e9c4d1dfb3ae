"""Counters and histograms that one thread counts into, without locks: an event passes a dozen of them.

prometheus_client takes a lock for every count, since any thread may count; here the thread that drives the pipeline is
the only one (see `detector.observing.Observer`). A scrape reads beside it: what it sees may be one count behind.
"""

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate
from typing import Generic, TypeVar

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, Exemplar, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from detector.monitoring import metric


class Count:
    """One series of a counter; add to `value` what must not be negative."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0.0


class Distribution:
    """One series of a histogram."""

    __slots__ = ("_bounds", "_counts", "_exemplars", "_sum")

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0
        self._exemplars: dict[int, Exemplar] = {}

    def observe(self, value: float, exemplar: Mapping[str, str] | None = None, at: float | None = None) -> None:
        """Count a value; a bucket shows the exemplar that came last, and `at`, in epoch seconds, when that was."""
        bucket = bisect_left(self._bounds, value)
        self._counts[bucket] += 1
        self._sum += value
        if exemplar is not None:
            self._exemplars[bucket] = Exemplar(dict(exemplar), value, at)

    def add_to(self, family: HistogramMetricFamily, labels: tuple[str, ...]) -> None:
        """Show what was counted; a bucket holds all values up to its bound."""
        exemplars = self._exemplars.copy()
        buckets: list[tuple[str, float] | tuple[str, float, Exemplar]] = []
        for place, total in enumerate(accumulate(self._counts.copy())):
            name = str(self._bounds[place]) if place < len(self._bounds) else "+Inf"
            exemplar = exemplars.get(place)
            buckets.append((name, total) if exemplar is None else (name, total, exemplar))
        family.add_metric(labels, buckets, self._sum)


Series = TypeVar("Series", Count, Distribution)


class _Tally(Collector, Generic[Series]):
    """The series of one metric by the values of their labels."""

    def __init__(self, described: metric.Metric, registry: CollectorRegistry) -> None:
        self._described = described
        self._series: dict[tuple[str, ...], Series] = {}
        if not described.labels:
            self.begin(())
        registry.register(self)

    def __getitem__(self, labels: tuple[str, ...]) -> Series:
        try:
            return self._series[labels]
        except KeyError:
            self.begin(labels)
            return self._series[labels]

    def begin(self, labels: tuple[str, ...]) -> None:
        """Show this series from now on, with nothing counted; one that is there stays as it is."""
        self._series.setdefault(labels, self._begun())

    @abstractmethod
    def _begun(self) -> Series:
        """A series in which nothing is counted yet."""


class TallyCounter(_Tally[Count]):
    """A counter; `counter["BOOKING", "Fraud"].value += 1`."""

    def collect(self) -> Iterable[Metric]:
        """See `Collector`."""
        family = CounterMetricFamily(self._described.name, self._described.help, labels=self._described.labels)
        for labels, count in self._series.copy().items():
            family.add_metric(labels, count.value)
        return [family]

    def _begun(self) -> Count:
        return Count()


class TallyHistogram(_Tally[Distribution]):
    """A histogram; `histogram["BOOKING",].observe(0.02)`."""

    def collect(self) -> Iterable[Metric]:
        """See `Collector`."""
        family = HistogramMetricFamily(self._described.name, self._described.help, labels=self._described.labels)
        for labels, distribution in self._series.copy().items():
            distribution.add_to(family, labels)
        return [family]

    def _begun(self) -> Distribution:
        return Distribution(self._described.buckets)
