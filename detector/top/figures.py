"""The figures of one interval, over all workers asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from detector.monitoring import table
from detector.monitoring.exposition import Change, spread
from detector.observing import Part
from detector.pipeline import PROMISE_SECONDS
from detector.verdicts import Label


@dataclass(frozen=True)
class Figures:
    """Rates are per second; shares lie between 0 and 1; None is a share or quantile of nothing.

    Lag in time is the worst of all, utilisation is each part's mean over the workers.
    """

    verdicts: float
    fraud_share: float | None
    tombstones: float
    dead_letters: Mapping[str, float]
    p50: float | None
    p99: float | None
    inside_promise: float | None
    lag_records: float
    lag_seconds: float
    in_flight: float
    paused: int
    partitions: float
    batch_windows: float | None
    padding: float | None
    cleared: float | None
    tokens: float
    utilisation: Mapping[str, float]
    rebalances: float
    rolled_back: float
    brake: float
    models: Mapping[str, int]


def figures(changes: Sequence[Change]) -> Figures:
    """What these workers did in the interval, and how they are at its end. There is one change for each worker."""
    verdicts = _rate(changes, table.VERDICTS.exposed_name)
    fraud = _rate(changes, table.VERDICTS.exposed_name, label=Label.FRAUD.value)
    latency = spread(changes, table.LATENCY.name)
    windows = spread(changes, table.BATCH_WINDOWS.name).total
    tokens = _rate(changes, table.TOKENS.exposed_name)
    padded = _rate(changes, table.PADDED_TOKENS.exposed_name)
    answered = _grown(changes, table.MODEL_WINDOWS.exposed_name)
    cleared = _grown(changes, table.MODEL_WINDOWS.exposed_name, stage="first")
    return Figures(
        verdicts=verdicts,
        fraud_share=fraud / verdicts if verdicts else None,
        tombstones=_rate(changes, table.TOMBSTONES.exposed_name),
        dead_letters=_dead_letters(changes),
        p50=latency.quantile(0.5),
        p99=latency.quantile(0.99),
        inside_promise=latency.share_within(PROMISE_SECONDS),
        lag_records=sum(_now(changes, table.LAG.name)),
        lag_seconds=max(_now(changes, table.LAG_SECONDS.name), default=0.0),
        in_flight=sum(_now(changes, table.IN_FLIGHT.name)),
        paused=round(sum(_now(changes, table.HELD_BACK.name))),
        partitions=sum(_now(changes, table.PARTITIONS.name)),
        batch_windows=_grown(changes, f"{table.BATCH_WINDOWS.name}_sum") / windows if windows else None,
        padding=max(0.0, 1 - tokens / padded) if padded else None,
        cleared=cleared / answered if answered else None,
        tokens=tokens,
        utilisation={part: _utilisation(changes, part) for part in get_args(Part)},
        rebalances=_grown(changes, table.REBALANCES.exposed_name),
        rolled_back=_rate(changes, table.DELIVERIES.exposed_name, result="rolled-back"),
        brake=max(_now(changes, table.BRAKE.name), default=0.0),
        models=_models(changes),
    )


def _grown(changes: Sequence[Change], name: str, **labels: str) -> float:
    return sum(change.increase(name, **labels) for change in changes)


def _rate(changes: Sequence[Change], name: str, **labels: str) -> float:
    return sum(change.increase(name, **labels) / change.seconds for change in changes)


def _now(changes: Sequence[Change], name: str) -> list[float]:
    return [value for change in changes for value in change.later.values(name)]


def _utilisation(changes: Sequence[Change], part: str) -> float:
    return _rate(changes, table.BUSY.exposed_name, part=part) / len(changes) if changes else 0.0


def _dead_letters(changes: Sequence[Change]) -> Mapping[str, float]:
    """By reason, the most frequent first; only those that there are."""
    rates: dict[str, float] = {}
    for change in changes:
        for labels, grown in change.increases(table.DEAD_LETTERS.exposed_name):
            rates[labels["reason"]] = rates.get(labels["reason"], 0.0) + grown / change.seconds
    return {reason: rates[reason] for reason in sorted(rates, key=rates.__getitem__, reverse=True) if rates[reason]}


def _models(changes: Sequence[Change]) -> Mapping[str, int]:
    """How many workers judge with each model."""
    return Counter(
        f"{labels['code']} {labels['version']} {labels['refresh']}"
        for change in changes
        for labels, _ in change.later.series(table.MODEL_INFO.name)
    )
