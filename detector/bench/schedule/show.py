"""The result as tables for a person."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from detector.bench.report import Bar, Surroundings
from detector.bench.schedule.costs import Costs
from detector.bench.schedule.figures import Row
from detector.bench.schedule.plan import Plan, Shape
from detector.bench.tables import bar_table, number, side_by_side, surroundings_lines

_NAMES = (
    "in time",
    "p50, ms",
    "p99, ms",
    "events/s",
    "model's time",
    "padding",
    "windows a batch",
    "longest batch, ms",
    "surprise",
)
_READING = (
    "Simulated: events, schedules and the model run on a virtual clock, in which a run takes what the table above says. "
    "Latency goes from the event to its score, in a stream to that of all events before it in its partition; decoding, "
    "Kafka and delivery are not in it. In time is the share within 250 ms. The load is a share of what the model sustains "
    "with each window run by itself, and the model's time is beside that of such runs. Surprise is the median share by "
    "which a batch took longer or shorter than the schedule expected."
)


def show(
    plan: Plan, costs: Costs, rows: Sequence[Row], bars: Sequence[Bar], where: Surroundings, console: Console
) -> None:
    """Prints the machine, the run times, a table per load and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    console.print(_costs(costs))
    for load in plan.loads:
        columns = [(row.rule, list(_cells(row))) for row in rows if row.load == load]
        console.print(side_by_side(load.title, _NAMES, columns))
    console.print(Text(_READING, "dim"))
    console.print(bar_table(bars))


def _costs(costs: Costs) -> object:
    """Milliseconds of a window, by length and by how many share a run."""
    counts = sorted({shape.windows for shape in costs.seconds})
    lengths = sorted({shape.length for shape in costs.seconds})
    columns = [(f"{length} tokens", [_each(costs, Shape(count, length)) for count in counts]) for length in lengths]
    return side_by_side("ms per window, by how many share a run", [str(count) for count in counts], columns)


def _each(costs: Costs, shape: Shape) -> str:
    seconds = costs.seconds.get(shape)
    return number(None if seconds is None else 1000 * seconds / shape.windows)


def _cells(row: Row) -> Iterator[Text]:
    yield Text("-" if row.in_time is None else f"{row.in_time.median:.1%}", "bold")
    yield from (Text(number(value)) for value in ((row.latency.p50, row.latency.p99) if row.latency else (None, None)))
    yield Text(number(row.throughput.median if row.throughput else None))
    yield Text(f"{row.work:.0%}")
    yield Text(f"{row.padded:.0%}")
    yield Text(number(row.windows))
    yield Text(number(row.longest_ms))
    yield Text("-" if row.surprise is None else f"{row.surprise:.0%}")
