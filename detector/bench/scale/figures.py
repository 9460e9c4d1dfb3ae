"""What the parts come to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from detector.bench.life import Drained
from detector.bench.report import Bar, rounded
from detector.bench.samples import Spread
from detector.bench.scale.growth import exponent
from detector.bench.scale.length import Length
from detector.bench.scale.run import Measured

SOAK_GROWTH_PER_CENT = 5.0
_MIB = 2**20
_LONG = 100
"""Words: what shorter texts cost is mostly what any event costs."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: what was varied, and events per second, ms of processor time per event and peak memory."""

    varied: tuple[int, ...]
    throughput: Spread | None
    cpu_ms: Spread | None
    peak_mib: Spread | None


def group_lines(measured: Measured) -> list[Line]:
    """By partitions, workers and threads of each; memory is that of the largest worker."""
    return _lines([((g.partitions, g.workers, g.threads), g.drained, g.peak_bytes) for g in measured.groups])


def backlog_lines(measured: Measured) -> list[Line]:
    """By events."""
    return _lines([((b.events,), b.drained, b.peak_bytes) for b in measured.backlogs])


def _lines(taken: Sequence[tuple[tuple[int, ...], Drained, int]]) -> list[Line]:
    lines = []
    for varied in dict.fromkeys(each for each, _, _ in taken):
        drained = [drained for each, drained, _ in taken if each == varied]
        lines.append(
            Line(
                varied,
                Spread.of([rate for each in drained if (rate := each.rate) is not None]),
                Spread.of([ms for each in drained if (ms := each.cpu_ms) is not None]),
                Spread.of([peak / _MIB for each, _, peak in taken if each == varied]),
            )
        )
    return lines


def cost_exponent(lengths: Sequence[Length]) -> float | None:
    """X in: processor time grows as words ** x, from a hundred words on."""
    return exponent([(each.words, each.cpu) for each in lengths if each.words >= _LONG])


def bars(measured: Measured) -> list[Bar]:
    """Memory stays."""
    if measured.soaked is None:
        return []
    growth, minutes = measured.soaked.growth, measured.soaked.seconds / 60
    value = None if growth is None else 100 * growth
    return [Bar(f"growth of RSS over {minutes:.3g} minutes at full load, per cent", value, SOAK_GROWTH_PER_CENT)]


def figures_json(measured: Measured) -> Iterator[dict[str, Any]]:
    """A figure for each line of each table, ready for `json.dumps`."""
    for line in group_lines(measured):
        partitions, workers, threads = line.varied
        yield {"part": "workers", "partitions": partitions, "workers": workers, "threads": threads, **_line_json(line)}
    for length in measured.lengths:
        yield {
            "part": "length",
            "words": length.words,
            "samples": len(length.latencies_ms),
            "latency_ms": _json(Spread.of(length.latencies_ms)),
            "cpu_ms": _json(Spread.of(length.cpu_ms)),
        }
    for line in backlog_lines(measured):
        yield {"part": "backlog", "events": line.varied[0], **_line_json(line)}
    if (soaked := measured.soaked) is not None:
        yield {
            "part": "soak",
            "seconds": rounded(soaked.seconds),
            "events": soaked.events,
            "growth_share": rounded(soaked.growth),
            "warm_up_share": soaked.warm_up,
            "rss_mib": [(round(at, 1), round(size / _MIB, 2)) for at, size in soaked.resident],
        }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "events_per_second": _json(line.throughput),
        "cpu_ms_per_event": _json(line.cpu_ms),
        "peak_rss_mib": _json(line.peak_mib),
    }


def _json(spread: Spread | None) -> dict[str, float | None] | None:
    return None if spread is None else spread.as_json()
