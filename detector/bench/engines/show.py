"""The result as tables for a person."""

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detector.bench.engines.figures import Row
from detector.bench.report import Bar, Surroundings
from detector.bench.samples import ENOUGH, Latency
from detector.bench.tables import bar_table, cell, number, surroundings_lines, warning

_LATE_SHARE = 0.1
"""Of a p99: from there on the generator's own lateness is worth a word."""

_THIN, _OVERRUN = "?", "!"

_READING = (
    "Latency, in ms, runs from the intended send time to the verdict seen by a read-committed consumer. CPU is the "
    "worker's user and system time, in ms per event. Repeated are verdicts beyond an event's first. Under a figure "
    "stand its least and most in one round. Broker, load generator and reader share the machine."
)


def show(rows: Sequence[Row], bars: Sequence[Bar], where: Surroundings, console: Console) -> None:
    """Prints the machine, a table per model, what the figures rest on, and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    for model in dict.fromkeys(row.model for row in rows):
        console.print(_table(f"model: {model}", [row for row in rows if row.model is model]))
    console.print(Text(_READING, "dim"))
    for note in _warnings(rows):
        console.print(note)
    if bars:
        console.print(bar_table(bars))


def _table(title: str, rows: Sequence[Row]) -> Table:
    """A variant is a column, so that all of them fit a narrow terminal side by side."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    for row in rows:
        table.add_column(row.title.replace(", ", "\n", 1), justify="right")
    for name, *cells in zip(_names(rows[0]), *map(_cells, rows), strict=True):
        table.add_row(name, *cells)
    return table


def _names(row: Row) -> Iterator[str]:
    rates = [f"{rate:g}/s" for rate in row.at_rate]
    yield from ("guarantee", "repeated", "events/s, backlog")
    for rate in rates:
        yield from (f"p50 at {rate}", f"p99 at {rate}")
    yield "CPU, backlog"
    yield from (f"CPU at {rate}" for rate in rates)
    yield "peak RSS, MiB"


def _cells(row: Row) -> Iterator[Text]:
    yield Text(row.variant.delivery)
    yield Text.assemble(number(row.repeated), (f" of {row.events:,}", "dim"))
    yield cell(row.throughput)
    for rate, at in row.at_rate.items():
        yield from _latency(at.latency, overrun=row.overrun(rate))
    yield cell(row.cpu_ms)
    for at in row.at_rate.values():
        yield cell(at.cpu_ms)
    yield cell(row.peak_mib)


def _latency(latency: Latency | None, *, overrun: bool) -> Iterator[Text]:
    if latency is None:
        yield from (cell(None), cell(None))
        return
    mark = _OVERRUN if overrun else ""
    yield cell(latency.p50_of_rounds, latency.p50, mark)
    yield cell(latency.p99_of_rounds, latency.p99, mark or (_THIN if latency.thin else ""))


def _warnings(rows: Sequence[Row]) -> Iterator[Text]:
    counts = [at.latency.samples for row in rows for at in row.at_rate.values() if at.latency is not None]
    if (least := min(counts, default=ENOUGH)) < ENOUGH:
        yield warning(f"{_THIN} a p99 that rests on less than {ENOUGH} samples, some on only {least} (--samples)")
    if any(row.overrun(rate) for row in rows for rate in row.at_rate):
        yield warning(f"{_OVERRUN} a rate beyond what the engine sustains: latency grows for as long as it lasts")
    for row in rows:
        for rate, at in row.at_rate.items():
            if at.latency is not None and at.late_ms > _LATE_SHARE * at.latency.p99:
                where = f"{row.title}, {row.variant.delivery}, model {row.model}, at {rate:g}/s"
                yield warning(f"{where}: events were sent up to {at.late_ms:.1f} ms late, which is part of the p99")
