"""What one worker's /metrics said at one moment, and what changed between two moments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

Labels = Mapping[str, str]
_Key = tuple[str, frozenset[tuple[str, str]]]

START = "process_start_time_seconds"


class Scrape(NamedTuple):
    """The samples of one worker at a moment of a clock that only grows."""

    at: float
    samples: Mapping[_Key, float]

    def series(self, name: str) -> Iterator[tuple[Labels, float]]:
        """Labels and value of each series of this name."""
        for (each, labels), value in self.samples.items():
            if each == name:
                yield dict(labels), value

    def values(self, name: str) -> list[float]:
        """The values of all series of this name."""
        return [value for _, value in self.series(name)]


def parsed(text: str, at: float) -> Scrape:
    """Read Prometheus' text format. Raises `ValueError` where it is another's."""
    return Scrape(
        at,
        {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        },
    )


class Change:
    """Between two scrapes of one worker. A counter that fell was begun anew by a restart and counts from zero."""

    def __init__(self, earlier: Scrape, later: Scrape) -> None:
        restarted = earlier.values(START) != later.values(START)
        self._earlier: Mapping[_Key, float] = {} if restarted else earlier.samples
        self.later = later
        self.seconds = later.at - earlier.at

    def increases(self, name: str) -> list[tuple[Labels, float]]:
        """By how much each series of a counter has grown.

        One series that fell says that the process is new, so none of that name is compared with what was before.
        """
        pairs = [
            (dict(key[1]), self._earlier.get(key, 0.0), value)
            for key, value in self.later.samples.items()
            if key[0] == name
        ]
        if any(value < before for _, before, value in pairs):
            return [(labels, value) for labels, _, value in pairs]
        return [(labels, value - before) for labels, before, value in pairs]

    def increase(self, name: str, **labels: str) -> float:
        """By how much all series of a counter with these labels have grown together."""
        return sum(grown for found, grown in self.increases(name) if labels.items() <= found.items())


class Spread(NamedTuple):
    """What a histogram counted: for each upper bound how many were at or below it; the last bound is infinite."""

    counts: Mapping[float, float]

    @property
    def total(self) -> float:
        """How many there were."""
        return max(self.counts.values(), default=0.0)

    def share_within(self, bound: float) -> float | None:
        """The share at or below one of the bounds; None of nothing."""
        return self.counts[bound] / self.total if self.total else None

    def quantile(self, share: float) -> float | None:
        """As Prometheus' `histogram_quantile`: even within a bucket, at most the largest finite bound; None of nothing."""
        if not self.total:
            return None
        wanted = share * self.total
        below = lower = 0.0
        for bound, count in sorted(self.counts.items()):
            if count >= wanted and count > below:
                if bound == float("inf"):
                    return lower
                return lower + (bound - lower) * (wanted - below) / (count - below)
            below, lower = count, lower if bound == float("inf") else bound
        return lower


def spread(changes: Iterable[Change], histogram: str, **labels: str) -> Spread:
    """What all workers' histograms of this name, in series with these labels, counted between the scrapes."""
    counts: dict[float, float] = {}
    for change in changes:
        for found, grown in change.increases(f"{histogram}_bucket"):
            if labels.items() <= found.items():
                bound = float(found["le"])
                counts[bound] = counts.get(bound, 0.0) + grown
    return Spread(counts)


def mean(changes: Sequence[Change], histogram: str, **labels: str) -> float | None:
    """Of what the same histograms counted; None of nothing."""
    count = sum(change.increase(f"{histogram}_count", **labels) for change in changes)
    return sum(change.increase(f"{histogram}_sum", **labels) for change in changes) / count if count else None
