"""How figures look on a terminal."""

from collections.abc import Iterable, Iterator, Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from detector.bench.report import Bar, Surroundings
from detector.bench.samples import Spread

_NONE = "-"
_BUSY_LOAD = 0.5
"""Of a core: from there on others take so much of the machine that the figures are also theirs."""


def number(value: float | None) -> str:
    """Three digits that count, thousands in full, a dash for what could not be taken."""
    if value is None:
        return _NONE
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def cell(spread: Spread | None, value: float | None = None, mark: str = "") -> Text:
    """A figure - the median unless a value is given - above its spread; a mark refers to a warning below the table."""
    if spread is None:
        return Text(_NONE)
    text = Text(number(spread.median if value is None else value))
    text.append(f" {mark}" if mark else "", "yellow")
    if spread.low != spread.high:
        text.append(f"\n{number(spread.low)}-{number(spread.high)}", "dim")
    return text


def side_by_side(title: str, names: Iterable[str], columns: Sequence[tuple[str, Iterable[Text | str]]]) -> Table:
    """What is compared are columns, each with its heading and its cells, so that all fit a narrow terminal."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    table.add_column("", no_wrap=True)
    for heading, _ in columns:
        table.add_column(heading, justify="right")
    for name, *cells in zip(names, *(cells for _, cells in columns), strict=True):
        table.add_row(name, *cells)
    return table


def warning(text: str) -> Text:
    """What a reader should know before believing a figure."""
    return Text(text, "yellow")


def bar_table(bars: Sequence[Bar]) -> Table:
    """Each bar with its value, and whether it is met."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("bar")
    for name in ("value", "should be", ""):
        table.add_column(name, justify="right", no_wrap=True)
    for bar in bars:
        side = "≥" if bar.at_least else "≤"
        table.add_row(bar.name, number(bar.value), f"{side} {number(bar.bar)}", _verdict(bar))
    return table


def _verdict(bar: Bar) -> Text:
    if bar.value is None:
        return Text("not measured", "yellow")
    return Text("met", "green") if bar.met else Text("missed", "bold yellow")


def surroundings_lines(where: Surroundings) -> Iterator[Text]:
    """What was measured on."""
    machine = where.machine
    flags = ", ".join(machine["flags"]) or "no flags known"
    yield Text(
        f"{machine['cpu']}, {machine['cores']} cores ({flags}), {machine['memory_gib']} GiB, {machine['system']}"
    )
    yield Text(", ".join(f"{name} {version}" for name, version in where.versions.items()), "dim")
    yield Text(f"commit {where.commit or 'unknown'}", "dim")
    if machine["load"] > _BUSY_LOAD:
        yield warning(f"the machine was busy before the start (load {machine['load']:g}): the figures are also of that")
