"""The result as tables for a person."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from detector.bench.latency_tables import latency_cells, latency_warnings
from detector.bench.report import Bar, Surroundings
from detector.bench.stream.figures import Row
from detector.bench.stream.plan import Plan, Search
from detector.bench.tables import bar_table, cell, number, side_by_side, surroundings_lines, warning

_READING = (
    "Latency, in ms, runs from the intended send time to the verdict seen by a read-committed consumer (open loop). CPU "
    "is the worker's user and system time, in ms per event. Under a figure stand its least and most in one round. "
    "Broker, load generator and reader share the machine."
)
_BUDGET_READING = (
    "Means and p99s of each stage from the worker's own histograms, interpolated within a bucket. wait is of windows, "
    "score of batches, deliver of transactions; at low rates each of these holds one event. The first and the last but "
    "one line are what is left: Kafka and the hand-overs. The last but one is below nothing where the broker shows a "
    "verdict before the worker hears of its commit."
)


def show(plan: Plan, rows: Sequence[Row], bars: Sequence[Bar], where: Surroundings, console: Console) -> None:
    """Prints the machine, a table and the budgets per mix, what the figures rest on, and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    for mix in plan.mixes:
        own = [row for row in rows if row.subject.mix is mix]
        columns = [(_heading(row), _cells(row)) for row in own]
        console.print(side_by_side(f"texts: {mix}", _names(plan), columns))
    console.print(Text(_READING if plan.search is None else f"{_READING} {_of_search(plan.search)}", "dim"))
    for mix in plan.mixes:
        console.print(_budgets(plan.rates[0], [row for row in rows if row.subject.mix is mix]))
    console.print(Text(_BUDGET_READING, "dim"))
    for note in _warnings(rows):
        console.print(note)
    console.print(bar_table(bars))


def _heading(row: Row) -> str:
    return "\n".join(filter(None, (row.subject.delivery, row.variant)))


def _of_search(search: Search) -> str:
    return (
        f"The highest rate is looked for by bisection, with Poisson arrivals: each trial lasts {search.seconds:g} s, or "
        f"{search.samples} events where that is longer, and the answer is {search.resolution:.0%} too low at the most."
    )


def _names(plan: Plan) -> Iterator[str]:
    yield from ("repeated", "events/s, backlog")
    if plan.search is not None:
        yield f"events/s, p99 ≤ {plan.search.limit_ms:g} ms"
    paces = [f"{pace.rate:g}/s {pace.arrivals}" for pace in plan.paces(0)]
    for pace in paces:
        yield from (f"p50 at {pace}", f"p99 at {pace}")
    yield "CPU, backlog"
    yield from (f"CPU at {pace}" for pace in paces)
    yield from ("windows known before", "peak RSS, MiB", "ready after, s")


def _cells(row: Row) -> Iterator[Text]:
    yield Text.assemble(number(row.repeated), (f" of {row.events:,}", "dim"))
    yield cell(row.throughput)
    if any(row.tried):
        yield cell(row.highest)
    for (rate, _), at in row.at.items():
        yield from latency_cells(at.latency, overrun=row.overrun(rate))
    yield cell(row.cpu_ms)
    for at in row.at.values():
        yield cell(at.cpu_ms)
    yield Text("-" if row.cached is None else f"{row.cached:.1%}")
    yield from (cell(row.peak_mib), cell(row.ready_seconds))


def _budgets(rate: float, rows: Sequence[Row]) -> Table:
    """At one rate: a column for each guarantee, variant and kind of arrivals, mean above p99."""
    taken = [
        (f"{_heading(row)}\n{arrivals}", lines)
        for row in rows
        for (each, arrivals), lines in row.budgets.items()
        if each == rate
    ]
    columns = [(heading, [_mean_and_p99(line.mean, line.p99) for line in lines]) for heading, lines in taken]
    title = f"where the time goes at {rate:g}/s, {rows[0].subject.mix}: mean, p99 in ms"
    return side_by_side(title, [line.part for line in taken[0][1]], columns)


def _mean_and_p99(mean: float | None, p99: float | None) -> Text:
    return Text.assemble(number(mean), ("" if p99 is None else f", {number(p99)}", "dim"))


def _warnings(rows: Sequence[Row]) -> Iterator[Text]:
    yield from latency_warnings(
        (f"{row.title}, at {rate:g}/s {arrivals}", at, row.overrun(rate))
        for row in rows
        for (rate, arrivals), at in row.at.items()
    )
    for row in rows:
        if any(row.tried) and row.highest is None:
            yield warning(f"{row.title}: no rate was found that keeps the limit")
