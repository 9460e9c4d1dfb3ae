"""What the turns come to: a row per model and variant."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from detector.bench.at_rate import AtRate
from detector.bench.engines.plan import Plan, Turn
from detector.bench.engines.variants import Model, Variant, title
from detector.bench.life import Life
from detector.bench.samples import Spread

_MIB = 2**20


class Measured(NamedTuple):
    """What one turn gave."""

    turn: Turn
    life: Life


@dataclass(frozen=True, slots=True)
class Row:
    """A variant with a model: events per second, processor time per event, memory, and the same at each rate."""

    model: Model
    variant: Variant
    title: str
    throughput: Spread | None
    cpu_ms: Spread | None
    peak_mib: Spread | None
    at_rate: Mapping[float, AtRate]
    events: int
    repeated: int

    def overrun(self, rate: float) -> bool:
        """Whether the rate is more than the variant sustains: latencies then grow for as long as it lasts."""
        return self.throughput is not None and self.throughput.median < rate


def rows(plan: Plan, measured: Sequence[Measured]) -> list[Row]:
    """In the plan's order, models first."""
    return [
        _row(plan, model, variant, [life for turn, life in measured if (turn.model, turn.variant) == (model, variant)])
        for model in plan.models
        for variant in plan.variants
    ]


def _row(plan: Plan, model: Model, variant: Variant, lives: Sequence[Life]) -> Row:
    drained = [life.drained for life in lives]
    return Row(
        model,
        variant,
        title(variant, plan.take),
        Spread.of([each.rate for each in drained if each.rate is not None]),
        Spread.of([each.cpu_ms for each in drained if each.cpu_ms is not None]),
        Spread.of([life.peak_bytes / _MIB for life in lives]),
        {rate: AtRate.of([life.paced[rate] for life in lives]) for rate in plan.rates},
        sum(life.events for life in lives),
        sum(life.repeated for life in lives),
    )


def row_json(row: Row) -> dict[str, Any]:
    """The row ready for `json.dumps`; what could not be taken is null."""
    return {
        "model": row.model,
        "engine": row.variant.engine,
        "variant": row.variant,
        "title": row.title,
        "guarantee": row.variant.delivery,
        "events": row.events,
        "repeated": row.repeated,
        "events_per_second": _spread(row.throughput),
        "cpu_ms_per_event": _spread(row.cpu_ms),
        "peak_rss_mib": _spread(row.peak_mib),
        "at_rate": {f"{rate:g}": at.as_json(overrun=row.overrun(rate)) for rate, at in row.at_rate.items()},
    }


def _spread(spread: Spread | None) -> dict[str, float | None] | None:
    return None if spread is None else spread.as_json()
