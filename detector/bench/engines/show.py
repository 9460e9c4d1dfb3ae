"""The result as tables for a person."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from detector.bench.engines.figures import Row
from detector.bench.latency_tables import latency_cells, latency_warnings
from detector.bench.report import Bar, Surroundings
from detector.bench.tables import bar_table, cell, number, side_by_side, surroundings_lines

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
        own = [row for row in rows if row.model is model]
        columns = [(row.title.replace(", ", "\n", 1), _cells(row)) for row in own]
        console.print(side_by_side(f"model: {model}", _names(own[0]), columns))
    console.print(Text(_READING, "dim"))
    for note in _warnings(rows):
        console.print(note)
    if bars:
        console.print(bar_table(bars))


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
        yield from latency_cells(at.latency, overrun=row.overrun(rate))
    yield cell(row.cpu_ms)
    for at in row.at_rate.values():
        yield cell(at.cpu_ms)
    yield cell(row.peak_mib)


def _warnings(rows: Sequence[Row]) -> Iterator[Text]:
    return latency_warnings(
        (f"{row.title}, {row.variant.delivery}, model {row.model}, at {rate:g}/s", at, row.overrun(rate))
        for row in rows
        for rate, at in row.at_rate.items()
    )
