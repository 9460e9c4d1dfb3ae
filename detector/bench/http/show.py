"""The result as tables for a person."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from detector.bench.http.figures import ARTICLE, Row
from detector.bench.report import Bar, Surroundings
from detector.bench.samples import ENOUGH
from detector.bench.tables import bar_table, side_by_side, surroundings_lines, warning

_LATE_SHARE = 0.1
"""Of a tp99: from there on the generator's own lateness is worth a word."""

_NAMES = ("requests", "refused", "within 250 ms", "average", "tp90", "tp99", "min", "max", "throughput")

_READING = (
    "Times in ms, from when a request was meant to be sent to its verdict, over HTTP on loopback; throughput in verdicts "
    "per second. Refused are answers 503. The server's deadline is put off, so that no time is cut off at it; what would "
    "have kept it is told as within 250 ms. The server and its users share the machine. The article's had 24 vCPUs."
)


def show(rows: Sequence[Row], bars: Sequence[Bar], where: Surroundings, tokens: int, console: Console) -> None:
    """Prints the machine, the table, what the figures rest on, and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    columns = [(row.title.replace(", ", "\n", 1), _cells(row)) for row in (ARTICLE, *rows)]
    console.print(side_by_side(f"{tokens} tokens", _NAMES, columns))
    console.print(Text(_READING, "dim"))
    for note in _warnings(rows):
        console.print(note)
    console.print(bar_table(bars))


def _cells(row: Row) -> Iterator[str]:
    yield from map(_count, (row.requests, row.refused))
    yield "-" if row.in_time is None else f"{row.in_time:.1%}"
    yield from map(_figure, (row.average, row.tp90, row.tp99, row.least, row.most, row.throughput))


def _count(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _figure(value: float | None) -> str:
    """Two decimals, as the article has them."""
    return "-" if value is None else f"{value:,.2f}"


def _warnings(rows: Sequence[Row]) -> Iterator[Text]:
    if (least := min((row.requests or 0 for row in rows), default=ENOUGH)) < ENOUGH:
        yield warning(f"a tp99 here rests on only {least} requests, less than {ENOUGH} (--requests)")
    for row in rows:
        if row.late is not None and row.tp99 is not None and row.late > _LATE_SHARE * row.tp99:
            yield warning(f"{row.title}: requests left up to {row.late:.1f} ms late, which is part of the tp99")
