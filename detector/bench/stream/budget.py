"""Where the time of an event goes, from its intended send time to its verdict: by the worker's own metrics."""

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

from detector.bench.report import rounded
from detector.demo.statistics import percentile
from detector.monitoring.exposition import Change, mean, spread
from detector.monitoring.table import LATENCY, STAGE

STAGES = ("decode", "prepare", "wait", "score", "aggregate", "deliver")
BETWEEN, AFTER, WHOLE = "to the worker, between stages", "from commit to reader", "end to end"


class Line(NamedTuple):
    """A part of the way, in ms. None is what cannot be told: rests have no p99, and no event met a stage it skipped."""

    part: str
    mean: float | None
    p99: float | None

    def as_json(self) -> dict[str, str | float | None]:
        """Ready for `json.dumps`."""
        return {"part": self.part, "mean_ms": rounded(self.mean), "p99_ms": rounded(self.p99)}


def budget(changes: Sequence[Change], latencies_ms: Sequence[float]) -> list[Line]:
    """The stages in order, after and before the rests that make the sum whole; none where nothing was sent.

    A stage's p99 is interpolated within the buckets of its histogram. The rest after the commit may fall below nothing,
    since a broker shows a verdict before the worker hears that it is committed.
    """
    return list(_lines(changes, latencies_ms)) if latencies_ms else []


def _lines(changes: Sequence[Change], latencies_ms: Sequence[float]) -> Iterator[Line]:
    whole = fmean(latencies_ms)
    worker = _ms(mean(changes, LATENCY.name))
    stages = [_stage(changes, name) for name in STAGES]
    known = sum(stage.mean or 0.0 for stage in stages)
    yield Line(BETWEEN, None if worker is None else worker - known, None)
    yield from stages
    yield Line(AFTER, None if worker is None else whole - worker, None)
    yield Line(WHOLE, whole, percentile(latencies_ms, 0.99))


def _stage(changes: Sequence[Change], name: str) -> Line:
    seconds = spread(changes, STAGE.name, stage=name).quantile(0.99)
    return Line(name, _ms(mean(changes, STAGE.name, stage=name)), _ms(seconds))


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else 1000 * seconds
