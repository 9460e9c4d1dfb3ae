"""What remains on the screen when the demo is over."""

from collections import Counter

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from detector.cli.showing import CATEGORY_STYLES, printable
from detector.cli.stage.tally import Tally

MOST_SURPRISES = 8


def print_summary(console: Console, tally: Tally, first_seconds: float | None, seconds: float) -> None:
    """Counts, latencies, and how many events came out as their author expected."""
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column()
    table.add_row("answered", f"{tally.answered} of {tally.expected} events in {seconds:.1f} s")
    table.add_row("verdicts", _counted(Counter({name: tally.outcomes[name] for name in ("Fraud", "NonFraud")})))
    if tally.outcomes["tombstone"]:
        table.add_row("tombstones", str(tally.outcomes["tombstone"]))
    table.add_row("dead letters", _counted(tally.reasons) if tally.reasons else "none")
    table.add_row("evidence", _categories(tally.categories))
    table.add_row("latency", _latency(tally))
    expected = tally.as_expected + len(tally.surprises)
    if expected:
        table.add_row("as expected", f"{tally.as_expected} of {expected}")
    if first_seconds is not None:
        table.add_row("first verdict", f"{first_seconds:.1f} s after the start")
    console.print(Group(Text(), table))
    _print_surprises(console, tally)


def _print_surprises(console: Console, tally: Tally) -> None:
    for seen in tally.surprises[:MOST_SURPRISES]:
        name = printable(seen.act.name)
        console.print(
            f"  {name}: expected {seen.act.expect}, got {seen.answer.outcome}", style="yellow", highlight=False
        )
    if len(tally.surprises) > MOST_SURPRISES:
        console.print(f"  and {len(tally.surprises) - MOST_SURPRISES} more", style="yellow", highlight=False)


def _latency(tally: Tally) -> str:
    if not tally.latencies:
        return "none"
    p50, p99 = (f"{tally.percentile(percent) * 1000:.0f} ms" for percent in (50, 99))
    return f"p50 {p50}, p99 {p99} from the planned moment to the committed verdict; {tally.share_in_time:.1%} within 250 ms"


def _categories(found: Counter[str]) -> Text:
    line = Text()
    for category, count in found.most_common():
        line.append(f" {category} ", CATEGORY_STYLES.get(category, "reverse")).append(f" {count}  ")
    return line if found else Text("none")


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counter.most_common())
