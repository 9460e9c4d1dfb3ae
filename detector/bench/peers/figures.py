"""What the turns come to: a row per race and contender."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from detector.bench.peers.contenders import Contender, Race, promise
from detector.bench.peers.plan import Plan
from detector.bench.peers.run import Measured, Stint
from detector.bench.samples import Spread
from detector.bench.stream.keeping import Tried

_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Row:
    """A contender in a race. Rates are in events per second; `highest` is the one that keeps the product's promise.

    `ahead` are, round by round, the product's rate over this one's: its backlog's, and the one that keeps the promise.
    """

    race: Race
    contender: Contender
    throughput: Spread | None
    highest: Spread | None
    cpu_ms: Spread | None
    peak_mib: Spread | None
    ahead: Spread | None
    ahead_in_time: Spread | None
    tried: Sequence[Sequence[Tried]]
    events: int
    repeated: int


def rows(plan: Plan, measured: Sequence[Measured]) -> list[Row]:
    """In the plan's order; who was not measured has none."""
    return [
        _row(race, contender, {turn.round: stint for turn, stint in measured if turn[1:] == (race, contender)}, product)
        for race, entrants in plan.entrants.items()
        for product in [{turn.round: stint for turn, stint in measured if turn[1:] == (race, Contender.PRODUCT)}]
        for contender in entrants
        if any(turn[1:] == (race, contender) for turn, _ in measured)
    ]


def _row(race: Race, contender: Contender, stints: Mapping[int, Stint], product: Mapping[int, Stint]) -> Row:
    own = list(stints.values())
    pairs = [(product[number], stint) for number, stint in stints.items() if number in product]
    return Row(
        race,
        contender,
        _spread([stint.drained.rate for stint in own]),
        _spread([stint.highest for stint in own]),
        _spread([stint.drained.cpu_ms for stint in own]),
        Spread.of([stint.peak_bytes / _MIB for stint in own]),
        _spread([_ratio(ours.drained.rate, theirs.drained.rate) for ours, theirs in pairs]),
        _spread([_ratio(ours.highest, theirs.drained.rate) for ours, theirs in pairs]),
        [stint.tried for stint in own if stint.tried],
        sum(stint.events for stint in own),
        sum(stint.repeated for stint in own),
    )


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return ours / theirs if ours is not None and theirs else None


def _spread(values: Sequence[float | None]) -> Spread | None:
    return Spread.of([value for value in values if value is not None])


def row_json(row: Row, versions: Mapping[str, str]) -> dict[str, Any]:
    """The row ready for `json.dumps`, with the versions of what it ran on; what could not be taken is null."""
    return {
        "race": row.race,
        "contender": row.contender,
        "promise": promise(row.contender),
        "versions": dict(versions),
        "events": row.events,
        "repeated": row.repeated,
        "events_per_second": _json(row.throughput),
        "highest_rate": _json(row.highest),
        "cpu_ms_per_event": _json(row.cpu_ms),
        "peak_rss_mib": _json(row.peak_mib),
        "detector_over_it": _json(row.ahead),
        "detector_within_promise_over_it": _json(row.ahead_in_time),
        "tried": [[each._asdict() for each in turn] for turn in row.tried],
    }


def _json(spread: Spread | None) -> dict[str, float | None] | None:
    return None if spread is None else spread.as_json()
