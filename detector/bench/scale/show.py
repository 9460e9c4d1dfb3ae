"""The result as tables for a person."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from detector.bench.report import Bar, Surroundings
from detector.bench.samples import Spread
from detector.bench.scale.figures import Line, backlog_lines, cost_exponent, group_lines
from detector.bench.scale.length import Length
from detector.bench.scale.run import Measured
from detector.bench.scale.soak import Soaked
from detector.bench.tables import bar_table, cell, number, side_by_side, surroundings_lines

_MIB = 2**20
_COSTS = ("events/s", "CPU, ms per event", "peak RSS, MiB")


def show(measured: Measured, bars: Sequence[Bar], where: Surroundings, console: Console) -> None:
    """Prints the machine, a table for each part, and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    for shown in _parts(measured, where.machine["cores"]):
        console.print(shown)
    if bars:
        console.print(bar_table(bars))


def _parts(measured: Measured, cores: int) -> Iterator[Table | Text]:
    if measured.groups:
        yield _groups(group_lines(measured), cores)
        yield Text(
            f"A backlog of the realistic mix. All share {cores} cores, with broker and reader: a second worker shows that "
            "the work is divided, not what another machine would add. RSS is of the largest worker.",
            "dim",
        )
    if measured.lengths:
        yield _lengths(measured.lengths)
        yield Text("Median of texts sent one after the other, above its least and most.", "dim")
        if (power := cost_exponent(measured.lengths)) is not None:
            yield Text(f"From 100 words on the processor time grows as words to the power of {power:.2f}.")
    if measured.backlogs:
        yield _backlogs(backlog_lines(measured))
    if measured.soaked is not None:
        yield _soaked(measured.soaked)


def _groups(lines: Sequence[Line], cores: int) -> Table:
    columns = [
        (f"{workers} worker{'s' if workers > 1 else ''}", (Text(f"{partitions}"), Text(f"{threads}"), *_costs(line)))
        for line in lines
        for partitions, workers, threads in [line.varied]
    ]
    return side_by_side(f"workers, on {cores} cores", ("partitions", "threads of each", *_COSTS), columns)


def _lengths(lengths: Sequence[Length]) -> Table:
    columns = [
        (f"{each.words:,} words", (cell(Spread.of(each.cpu_ms)), cell(Spread.of(each.latencies_ms))))
        for each in lengths
    ]
    return side_by_side("length of a text, alone", ("CPU, ms", "latency, ms"), columns)


def _backlogs(lines: Sequence[Line]) -> Table:
    columns = [(f"{line.varied[0]:,} events", _costs(line)) for line in lines]
    return side_by_side("backlog, no model", _COSTS, columns)


def _costs(line: Line) -> tuple[Text, ...]:
    return cell(line.throughput), cell(line.cpu_ms), cell(line.peak_mib)


def _soaked(soaked: Soaked) -> Text:
    sizes = [size / _MIB for _, size in soaked.resident]
    return Text(
        f"soak: {soaked.seconds:,.0f} s at full load, {soaked.events:,} events ({soaked.events / soaked.seconds:.3g}/s), "
        f"RSS {number(min(sizes))} to {number(max(sizes))} MiB; growth is taken along a robust line, without the first "
        f"{soaked.warm_up:.0%} of the time, in which the cache of windows fills"
    )
