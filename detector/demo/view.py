"""The running demo on a terminal, or as plain lines where nobody watches."""

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from detector.cli.showing import CATEGORY_STYLES, category_tags, label_and_score
from detector.demo.board import Answered, Board
from detector.demo.excerpt import excerpt, told
from detector.demo.script import Expectation
from detector.demo.statistics import percentile
from detector.events import EventKind

_PLAIN_WIDTH = 100
_INDENT = "  "
_REFRESHES_PER_SECOND = 10
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
        width = self._console.width - len(_INDENT) - 1 if self._live else _PLAIN_WIDTH
        self._console.print(lines_for(answered, width, colours=colours), soft_wrap=True)

    def _panel(self) -> Group:
        return Group(Rule(style="dim"), *panel_rows(self._board, self._status))


def lines_for(answered: Answered, width: int, *, colours: bool) -> Text:
    """Two lines: what was decided, and the text it was decided on."""
    step, verdict = answered.step, answered.answer.verdict
    line = Text()
    if verdict is not None:
        line.append_text(label_and_score(verdict))
    else:
        line.append(f"{answered.answer.outcome.value:<15}", "bold yellow")
    line.append(f"{answered.latency_ms:6.0f} ms", "dim")
    line.append(f"  {KIND_NAMES[answered.kind]} {_name(step.key)}")
    if verdict is not None:
        line.append_text(category_tags(each.category for each in verdict.score_details.evidence))
        text, evidence = told(verdict, step.texts)
        body = excerpt(text, evidence, width, colours=colours)
    else:
        body = Text(_why(answered), "dim")
    if answered.surprising:
        line.append(f"  expected {step.expect}", "bold yellow")
    return Text.assemble(line, "\n", _INDENT, body)


def panel_rows(board: Board, status: Text) -> list[Text | Table]:
    """The panel's lines: progress, outcomes, latency, and what the colours mean."""
    outcomes = [each.answer.outcome for each in board.done]
    counts = Text("outcomes  ", "dim")
    for outcome in Expectation:
        counts.append(f"{outcome.value} ").append(f"{outcomes.count(outcome)}  ", "bold")
    latency = Text("latency   ", "dim")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        value = f"{percentile(board.latencies, share):.0f} ms  " if board.latencies else "-  "
        latency.append(f"{name} ").append(value, "bold")
    colours = Text("colours  ", "dim").append_text(category_tags(CATEGORY_STYLES))
    return [_progress(board, status), counts, latency, colours]


def _progress(board: Board, status: Text) -> Table:
    total = len(board.steps)
    row = Table.grid(padding=(0, 1))
    answered = Text.assemble(("answered", "dim"), (f"  {len(board.done)}/{total}", "bold"))
    row.add_row(answered, ProgressBar(total, len(board.done), width=20), status)
    return row


def _name(key: bytes | None) -> str:
    name = (key or b"(no key)").decode(errors="replace")
    return "".join(each if each.isprintable() else "·" for each in name)[:24]


def _why(answered: Answered) -> str:
    reason = answered.answer.reason
    if reason is None:
        return "deleted at its source: a null value passes on, so its verdicts go too"
    return f"cannot be judged ({reason}): set aside as it came"
