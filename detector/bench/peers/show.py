"""The result as tables for a person."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from detector.bench.peers.contenders import Contender, Race, promise
from detector.bench.peers.figures import Row
from detector.bench.peers.plan import Plan
from detector.bench.report import Bar, Surroundings
from detector.bench.samples import Spread
from detector.bench.tables import bar_table, cell, side_by_side, surroundings_lines, warning

_READING = {
    Race.MODEL: (
        "The realistic mix: 70 % messages of about 30 tokens, 30 % listings of about 150, of which 40 % bear an earlier "
        "text again. All judge the same backlog. "
        "The rate with p99 within the promise is looked for by bisection, with Poisson arrivals; `that is times` sets it "
        "against what the others do with a backlog."
    ),
    Race.ENGINE: "Nothing is judged: the product with a scorer that costs nothing, its peers with JSON in and JSON out.",
}
_HOW = (
    "Events per second from the first verdicts seen by a read-committed consumer to the last, of a backlog that was there "
    "before the process started. CPU is the process's user and system time. Under a figure stand its least and most in one "
    "round. Broker and reader share the machine."
)


def show(
    plan: Plan,
    rows: Sequence[Row],
    versions: Mapping[Contender, Mapping[str, str]],
    left_out: Mapping[Contender, str],
    bars: Sequence[Bar],
    where: Surroundings,
    console: Console,
) -> None:
    """Prints the machine, a table for each race, what peers ran on, who was left out and why, and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    for race, reading in _READING.items():
        own = [row for row in rows if row.race is race]
        if own:
            names = [f"{row.contender.heading}\n{promise(row.contender)}" for row in own]
            console.print(side_by_side(_title(plan, race), names, _columns(plan, race, own)))
            console.print(Text(reading, "dim"))
    console.print(Text(_HOW, "dim"))
    for contender, own_versions in versions.items():
        installed = ", ".join(f"{name} {version}" for name, version in own_versions.items())
        console.print(Text(f"{contender}: {installed}", "dim"))
    for contender, why in left_out.items():
        console.print(warning(f"{contender}: {why}"))
    console.print(bar_table(bars))


def _title(plan: Plan, race: Race) -> str:
    return "the shipped model" if race is Race.MODEL else f"no model, events of {plan.size} bytes"


def _columns(plan: Plan, race: Race, rows: Sequence[Row]) -> list[tuple[str, Iterable[Text]]]:
    columns: list[tuple[str, Iterable[Text]]] = [
        ("events/s,\nbacklog", (cell(row.throughput) for row in rows)),
        ("detector\nis times", (cell(row.ahead) for row in rows)),
    ]
    if race is Race.MODEL and plan.search is not None:
        columns += [
            (f"events/s,\n≤ {plan.search.limit_ms:g} ms", (cell(row.highest) for row in rows)),
            ("that is\ntimes", (cell(row.ahead_in_time) for row in rows)),
        ]
    if race is Race.MODEL:
        columns.append(("CPU, ms\nan event", (cell(row.cpu_ms) for row in rows)))
    else:
        columns.append(("CPU, µs\nan event", (cell(_in_us(row.cpu_ms)) for row in rows)))
    return [*columns, ("RSS,\nMiB", (cell(row.peak_mib) for row in rows))]


def _in_us(spread: Spread | None) -> Spread | None:
    return None if spread is None else Spread(*(1000 * each for each in (spread.median, spread.low, spread.high)))
