"""What the turns come to: a row per mix, guarantee and variant of settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.bench.arrivals import Arrivals
from detector.bench.at_rate import AtRate
from detector.bench.report import rounded
from detector.bench.samples import Spread
from detector.bench.stream.budget import Line, budget
from detector.bench.stream.keeping import Tried
from detector.bench.stream.plan import Plan, Subject
from detector.bench.stream.run import Measured, Stint
from detector.monitoring.exposition import Change
from detector.monitoring.table import CACHED_WINDOWS

_MIB = 2**20
At = tuple[float, Arrivals]


@dataclass(frozen=True, slots=True)
class Row:
    """A mix with a guarantee. `highest` is the rate that keeps the limit; `cached` the share of windows known before."""

    subject: Subject
    variant: str
    ready_seconds: Spread | None
    throughput: Spread | None
    cpu_ms: Spread | None
    at: Mapping[At, AtRate]
    budgets: Mapping[At, Sequence[Line]]
    tried: Sequence[Sequence[Tried]]
    highest: Spread | None
    cached: float | None
    peak_mib: Spread | None
    events: int
    repeated: int

    @property
    def title(self) -> str:
        """What the row is called among bars and warnings."""
        return ", ".join(filter(None, (self.subject.mix, self.subject.delivery, self.variant)))

    def overrun(self, rate: float) -> bool:
        """Whether the rate is more than is sustained: latencies then grow for as long as it lasts."""
        return self.throughput is not None and self.throughput.median < rate


def rows(plan: Plan, measured: Sequence[Measured]) -> list[Row]:
    """In the plan's order."""
    return [
        _row(plan, subject, [stint for turn, stint in measured if turn.subject == subject])
        for subject in plan.subjects()
    ]


def _row(plan: Plan, subject: Subject, stints: Sequence[Stint]) -> Row:
    drained = [stint.drained for stint in stints]
    places = [(pace.rate, pace.arrivals) for pace in plan.paces(0)]
    at = {place: AtRate.of([stint.answered[place].paced for stint in stints]) for place in places}
    return Row(
        subject,
        plan.title(subject.variant),
        Spread.of([stint.ready_seconds for stint in stints]),
        Spread.of([each.rate for each in drained if each.rate is not None]),
        Spread.of([each.cpu_ms for each in drained if each.cpu_ms is not None]),
        at,
        {
            place: budget([each for stint in stints for each in stint.answered[place].changes], at[place].samples_ms)
            for place in places
        },
        [stint.tried for stint in stints],
        Spread.of([stint.highest for stint in stints if stint.highest is not None]),
        _cached([change for stint in stints for change in stint.whole]),
        Spread.of([stint.peak_bytes / _MIB for stint in stints]),
        sum(stint.events for stint in stints),
        sum(stint.repeated for stint in stints),
    )


def _cached(changes: Sequence[Change]) -> float | None:
    """The share of windows whose score was known; None where none was looked up."""
    hits, all_ = (
        sum(change.increase(CACHED_WINDOWS.exposed_name, **labels) for change in changes)
        for labels in ({"result": "hit"}, {})
    )
    return hits / all_ if all_ else None


def row_json(row: Row) -> dict[str, Any]:
    """The row ready for `json.dumps`; what could not be taken is null."""
    return {
        "mix": row.subject.mix,
        "guarantee": row.subject.delivery,
        "settings": row.variant,
        "events": row.events,
        "repeated": row.repeated,
        "ready_seconds": _spread(row.ready_seconds),
        "events_per_second": _spread(row.throughput),
        "cpu_ms_per_event": _spread(row.cpu_ms),
        "cached_share": rounded(row.cached),
        "peak_rss_mib": _spread(row.peak_mib),
        "highest_rate": _spread(row.highest),
        "tried": [[each._asdict() for each in turn] for turn in row.tried],
        "at_rate": [
            {
                "rate": rate,
                "arrivals": arrivals,
                **at.as_json(overrun=row.overrun(rate)),
                "budget": [line.as_json() for line in row.budgets[rate, arrivals]],
            }
            for (rate, arrivals), at in row.at.items()
        ],
    }


def _spread(spread: Spread | None) -> dict[str, float | None] | None:
    return None if spread is None else spread.as_json()
