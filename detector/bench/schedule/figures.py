"""What the turns come to: a row for each load and rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from detector.bench.report import Bar, rounded
from detector.bench.samples import Latency, Spread
from detector.bench.schedule.plan import Load, Plan, Rule, Where
from detector.bench.schedule.run import Measured
from detector.demo.statistics import PROMISE_MS

CALM = 0.7
"""The load at which the shipped schedule has to keep the promise to nearly all."""
CALM_SHARE = 0.98
_MS = 1000.0


@dataclass(frozen=True, slots=True)
class Row:
    """A rule under a load. Shares are of all live events; those that got no answer are late.

    `work` is the model's time as a share of what it takes to run each window by itself, `padded` the share of computed
    tokens that is padding, `surprise` the median share by which a run took longer or shorter than was expected of it.
    """

    load: Load
    rule: Rule
    latency: Latency | None
    samples_ms: Sequence[float]
    in_time: Spread | None
    throughput: Spread | None
    work: float
    padded: float
    windows: float
    longest_ms: float
    surprise: float | None

    def as_json(self) -> dict[str, Any]:
        """Ready for `json.dumps`."""
        return {
            "load": self.load.title,
            "rule": self.rule,
            **(self.latency.as_json() if self.latency is not None else {}),
            "share_in_time": _spread(self.in_time),
            "events_per_second": _spread(self.throughput),
            "work": rounded(self.work),
            "padded_share": rounded(self.padded),
            "windows_per_batch": rounded(self.windows),
            "longest_run_ms": rounded(self.longest_ms),
            "median_surprise": rounded(self.surprise),
        }


def rows(plan: Plan, measured: Sequence[Measured]) -> list[Row]:
    """In the plan's order."""
    return [
        _row(load, rule, [each for each in measured if (each.load, each.rule) == (load, rule)])
        for load, rule in plan.turns()
    ]


def bars(rows: Sequence[Row]) -> list[Bar]:
    """Of each load, that no other rule keeps the promise to more events than the one shipped for it; and a calm one."""
    return [bar for load in dict.fromkeys(row.load for row in rows) for bar in _of(load, rows)]


def shipped(load: Load) -> Rule:
    """The product's rule where the load comes."""
    return Rule.YIELDING if load.where is Where.HTTP else Rule.SHIPPED


def _of(load: Load, rows: Sequence[Row]) -> list[Bar]:
    shares = {row.rule: row.in_time.median for row in rows if row.load == load and row.in_time is not None}
    own = shares.get(shipped(load))
    others = [share for rule, share in shares.items() if rule not in (Rule.SHIPPED, Rule.YIELDING)]
    found = (
        [Bar(f"{load.title}: share in time, beside the best other's", own, max(others), at_least=True)]
        if others
        else []
    )
    if load.share == CALM and not load.backlog:
        found.append(Bar(f"{load.title}: share in time", own, CALM_SHARE, at_least=True))
    return found


def _row(load: Load, rule: Rule, measured: Sequence[Measured]) -> Row:
    courses = [each.course for each in measured]
    surprises = [surprise for each in measured for surprise in each.surprises]
    return Row(
        load,
        rule,
        Latency.of([each.latencies_ms for each in measured]),
        [value for each in measured for value in each.latencies_ms],
        Spread.of([sum(value <= PROMISE_MS for value in each.latencies_ms) / each.live for each in measured]),
        Spread.of([_answered(each) / each.course.ends for each in measured]),
        sum(course.busy for course in courses) / sum(each.alone for each in measured),
        1 - sum(each.tokens for each in measured) / max(sum(each.computed for each in measured), 1),
        sum(course.windows for course in courses) / max(sum(course.batches for course in courses), 1),
        _MS * max(course.longest for course in courses),
        median(surprises) if surprises else None,
    )


def _answered(measured: Measured) -> int:
    return sum(answered is not None for answered in measured.course.answered)


def _spread(spread: Spread | None) -> dict[str, float | None] | None:
    return None if spread is None else spread.as_json()
