"""How latencies look on a terminal, and what a reader should know before believing them."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from detector.bench.at_rate import AtRate
from detector.bench.samples import ENOUGH, Latency
from detector.bench.tables import cell, warning

_LATE_SHARE = 0.1
"""Of a p99: from there on the generator's own lateness is worth a word."""

_THIN, _OVERRUN = "?", "!"


def latency_cells(latency: Latency | None, *, overrun: bool) -> Iterator[Text]:
    """Median and p99, marked where a warning speaks of them."""
    if latency is None:
        yield from (cell(None), cell(None))
        return
    mark = _OVERRUN if overrun else ""
    yield cell(latency.p50_of_rounds, latency.p50, mark)
    yield cell(latency.p99_of_rounds, latency.p99, mark or (_THIN if latency.thin else ""))


def latency_warnings(taken: Iterable[tuple[str, AtRate, bool]]) -> Iterator[Text]:
    """Of each it is told what it is, how it went, and whether the rate is beyond what is sustained."""
    known = list(taken)
    counts = [at.latency.samples for _, at, _ in known if at.latency is not None]
    if (least := min(counts, default=ENOUGH)) < ENOUGH:
        yield warning(f"{_THIN} a p99 that rests on less than {ENOUGH} samples, some on only {least} (--samples)")
    if any(overrun for _, _, overrun in known):
        yield warning(f"{_OVERRUN} a rate beyond what the engine sustains: latency grows for as long as it lasts")
    for where, at, _ in known:
        if at.latency is not None and at.late_ms > _LATE_SHARE * at.latency.p99:
            yield warning(f"{where}: events were sent up to {at.late_ms:.1f} ms late, which is part of the p99")
