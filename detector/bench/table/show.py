"""The result as tables for a person."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from detector.bench.article import REVIEWS_AFTER_SECONDS, REVIEWS_BEFORE_SECONDS
from detector.bench.report import Bar, Surroundings
from detector.bench.samples import ENOUGH
from detector.bench.table.figures import ARTICLE, Row, Table
from detector.bench.table.plan import Plan
from detector.bench.tables import bar_table, cell, number, side_by_side, surroundings_lines, warning

_READING = (
    "Each model alone judges one text after the other, in windows as they are served, by turns on the same texts. Size "
    "is that of the weights in MiB, times are in ms, throughput in texts per second. Accuracy is the share of the test set "
    "judged as labelled. The article's had 24 vCPUs; what it does not say is left blank."
)
_REVIEWS = (
    "From a process's start to its end for `detector score`, its loading with it; without loading for the loops before it. "
    "The article on opinion mining had other texts, another model and another machine."
)


def show(
    table: Table, plan: Plan, notes: Sequence[str], bars: Sequence[Bar], where: Surroundings, console: Console
) -> None:
    """Prints the machine, both tables, what their figures rest on, and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    lines = (ARTICLE, *table.rows)
    console.print(side_by_side(f"{plan.tokens} tokens", [each.title for each in lines], _columns(lines)))
    console.print(Text(_READING, "dim"))
    for note in notes:
        console.print(Text(note, "dim"))
    if (least := min(each.samples for each in table.rows)) < ENOUGH:
        console.print(warning(f"a tp99 here rests on only {least} texts, less than {ENOUGH} (without --quick)"))
    console.print(side_by_side(f"{table.scored.texts:,} texts", *_reviews(table)))
    console.print(Text(_REVIEWS, "dim"))
    for each in table.naive:
        if each.sampled < each.texts:
            console.print(warning(f"{each.title}: {each.sampled} texts were judged, the others extrapolated by length"))
    console.print(bar_table(bars))


def _columns(lines: Sequence[Row]) -> list[tuple[str, Iterator[Text | str]]]:
    return [
        ("size", (number(each.size_mib) for each in lines)),
        ("tp90", (_time(each.tp90) for each in lines)),
        ("tp99", (_time(each.tp99) for each in lines)),
        (
            "average",
            (cell(each.average_of_rounds, each.average) if each.samples else _time(each.average) for each in lines),
        ),
        ("per s", (_time(each.throughput) for each in lines)),
        ("accuracy", (_share(each.accuracy) for each in lines)),
        ("F1", (_share(each.f1) for each in lines)),
    ]


def _reviews(table: Table) -> tuple[list[str], list[tuple[str, list[Text | str]]]]:
    scored = table.scored
    after = scored.seconds.median
    known = [(each.title, number(each.seconds), number(each.seconds / after)) for each in table.naive]
    names = ["opinion mining, before", "opinion mining, after", *(title for title, _, _ in known), "detector score"]
    article = [number(REVIEWS_BEFORE_SECONDS), number(REVIEWS_AFTER_SECONDS)]
    seconds: list[Text | str] = [*article, *(each for _, each, _ in known), cell(scored.seconds)]
    times: list[Text | str] = [
        number(REVIEWS_BEFORE_SECONDS / REVIEWS_AFTER_SECONDS),
        "",
        *(each for *_, each in known),
        "",
    ]
    return names, [("seconds", seconds), ("times the after", times)]


def _time(value: float | None) -> str:
    """One decimal, where that is worth reading."""
    return "-" if value is None else f"{value:,.{0 if value >= 1000 else 1}f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
