"""The running demo on a terminal, or as plain lines where nobody watches."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from detector.demo.board import Answered, Board
from detector.demo.excerpt import excerpt, told
from detector.demo.script import Expectation
from detector.demo.statistics import percentile
from detector.events import EventKind
from detector.offenders import Escalation
from detector.terminal import CATEGORY_STYLES
from detector.verdicts import Label, Verdict

_PLAIN_WIDTH = 100
INDENT = "  "
_REFRESHES_PER_SECOND = 10
INTRODUCTION = (
    "Listing updates and booking messages go into Kafka; a worker judges each for leaked contact details; its "
    "verdicts come back out. Of every event you see: what it is, the time to its verdict, the verdict, the "
    "probability of a leak, the kinds of leak, and the text.\n"
)
KIND_NAMES = {EventKind.LISTING_UPDATE: "listing", EventKind.BOOKING: "booking"}


class View:
    """Answers scroll by as they come, above a panel of counts and latencies that stays in place while it is entered.

    Without a terminal there is no panel, and evidence stands in brackets.
    """

    def __init__(self, console: Console, board: Board) -> None:
        self._console, self._board = console, board
        self._status = Text("")
        self._live = console.is_terminal and not console.is_dumb_terminal
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._console.print(INTRODUCTION, highlight=False)
        if self._live:
            panel = Live(
                console=self._console,
                get_renderable=self._panel,
                refresh_per_second=_REFRESHES_PER_SECOND,
                transient=True,
            )
            self._open.enter_context(panel)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._open.close()

    def note(self, status: str) -> None:
        """What is going on now."""
        self._status = Text(status)
        if not self._live:
            self._console.print(Text(status), soft_wrap=True)

    def show(self, answered: Answered) -> None:
        """One more answer."""
        colours = self._live and not self._console.no_color
        width = self._console.width - len(INDENT) - 1 if self._live else _PLAIN_WIDTH
        line, body = entry(answered, width, colours=colours)
        self._console.print(Text.assemble(line, "\n", INDENT, body), soft_wrap=True)

    def escalated(self, escalation: Escalation) -> None:
        """Somebody keeps leaking."""
        self._console.print(offender_line(escalation), soft_wrap=True)

    def _panel(self) -> Group:
        return Group(Rule(style="dim"), *panel_rows(self._board, self._status))


def entry(answered: Answered, width: int, *, colours: bool) -> tuple[Text, Text]:
    """What was decided, and at most `width` cells of the text it was decided on."""
    step, verdict = answered.step, answered.answer.verdict
    line = Text(f"{KIND_NAMES[answered.kind]:<8}{printable_key(step.key):<8}")
    line.append(f"{answered.latency_ms:6.0f} ms  " if answered.measured else " warm-up   ", "dim")
    if verdict is not None:
        line.append_text(_decision(verdict))
        text, evidence = told(verdict, step.texts)
        body = excerpt(text, evidence, width, colours=colours)
    else:
        line.append(answered.answer.outcome.value, "bold yellow")
        body = Text(_why(answered), "dim")
    if answered.surprising:
        line.append(f"  expected {step.expect}", "bold yellow")
    return line, body


def offender_line(escalation: Escalation) -> Text:
    """Who it is, which rule was crossed, and on what."""
    line = Text.assemble(
        ("repeat offender  ", "bold magenta"), (escalation.partner_id or escalation.listing_id or "", "bold")
    )
    line.append(f"  {escalation.violations} violations on {escalation.listings} listings, {escalation.open} still open")
    line.append(f"  rule {escalation.rule.name}", "dim")
    return line.append_text(tags(escalation.categories))


def panel_rows(board: Board, status: Text) -> list[Text | Table]:
    """The panel's lines: progress, outcomes, latency, and what the colours mean."""
    outcomes = [each.answer.outcome for each in board.done]
    counts = {outcome.value: f"{outcomes.count(outcome)}" for outcome in Expectation}
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    values = board.latencies
    latency = {name: f"{percentile(values, share):.0f} ms" if values else "-" for name, share in shares.items()}
    colours = Text.assemble(("colours ", "dim"), tags(CATEGORY_STYLES))
    return [_progress(board, status), _row("outcomes", counts), _row("latency", latency), colours]


def printable_key(key: bytes | None) -> str:
    """A key for a person to read."""
    name = (key or b"(no key)").decode(errors="replace")
    return "".join(each if each.isprintable() else "·" for each in name)[:24]


def tags(categories: Iterable[str]) -> Text:
    """Each category once, in its colour."""
    line = Text()
    for category in dict.fromkeys(categories):
        line.append(" ").append(f" {category} ", CATEGORY_STYLES.get(category, "reverse"))
    return line


def _decision(verdict: Verdict) -> Text:
    label = verdict.score_details.label
    line = Text.assemble((f"{label.value:<9}", "bold red" if label is Label.FRAUD else "green"))
    line.append(f"{verdict.probability_score:.4f}", "bold")
    return line.append_text(tags(each.category for each in verdict.score_details.evidence))


def _row(name: str, values: Mapping[str, str]) -> Text:
    line = Text.assemble((f"{name:<8}", "dim"))
    for label, value in values.items():
        line.append(f"  {label} ").append(value, "bold")
    return line


def _progress(board: Board, status: Text) -> Table:
    total = len(board.steps)
    row = Table.grid(padding=(0, 1))
    answered = Text.assemble(("answered", "dim"), (f"  {len(board.done)}/{total}", "bold"))
    row.add_row(answered, ProgressBar(total, len(board.done), width=20), status)
    return row


def _why(answered: Answered) -> str:
    reason = answered.answer.reason
    if reason is None:
        return "deleted at its source: a null value passes on, so its verdicts go too"
    return f"cannot be judged ({reason}): set aside as it came"
