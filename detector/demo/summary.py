"""What the demo says at its end."""

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from detector.demo.board import Board
from detector.demo.script import Expectation, Step
from detector.demo.statistics import PROMISE_MS, percentile, within_promise
from detector.demo.view import INDENT, KIND_NAMES, entry, printable_key
from detector.terminal import CATEGORY_STYLES

_TEXT_LINES = 3
_KEYS_SHOWN = 5


def summary(board: Board, first_verdict_seconds: float | None, width: int, *, colours: bool) -> RenderableType:
    """Everything there is to say, at most `width` cells wide."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim")
    facts.add_column()
    for name, value in _facts(board, first_verdict_seconds):
        facts.add_row(name, value)
    if board.missing:
        facts.add_row("no answer for", _keys(board.missing))
    parts: list[RenderableType] = []
    if surprises := sorted((each for each in board.done if each.surprising), key=lambda one: one.number):
        parts += [Text(), Text("Not as expected", "bold yellow")]
        for each in surprises:
            line, body = entry(each, _TEXT_LINES * (width - 2 * len(INDENT)), colours=colours)
            parts += [line, Padding(body, (0, 0, 0, len(INDENT)))]
    return Group(*parts, Text(), Text("Summary", "bold"), _outcomes(board), Text(), facts)


def _facts(board: Board, first: float | None) -> list[tuple[str, Text]]:
    found = [
        each.category for one in board.done if one.answer.verdict for each in one.answer.verdict.score_details.evidence
    ]
    reasons = [one.answer.reason for one in board.done if one.answer.reason is not None]
    hopes = [each for each in board.done if each.step.expect is not None]
    met = sum(not each.surprising for each in hopes)
    facts = [("answered", Text(f"{len(board.done)} of {len(board.steps)} events"))]
    if hopes:
        facts.append(("as expected", Text(f"{met} of {len(hopes)}", "" if met == len(hopes) else "bold yellow")))
    facts += [("evidence", _counted(found, CATEGORY_STYLES)), ("dead letters", _counted(reasons, {}))]
    if values := board.latencies:
        facts += [("send to verdict", _latency(values)), (f"within {PROMISE_MS:.0f} ms", _promise(values))]
    if first is not None:
        facts.append(("first verdict", Text(f"{first:.1f} s after the start of this command")))
    return facts


def _latency(values: Sequence[float]) -> Text:
    named = {name: percentile(values, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    text = "  ".join(f"{name} {value:.0f}" for name, value in named.items())
    return Text(f"{text}  max {max(values):.0f} ms")


def _promise(values: Sequence[float]) -> Text:
    kept = within_promise(values)
    return Text(f"{kept:.1%}", "green" if kept == 1.0 else "bold yellow")


def _counted(names: Iterable[str], styles: dict[str, str]) -> Text:
    counts = Counter(names)
    line = Text("" if counts else "none")
    for name, count in counts.most_common():
        line.append(f" {name} " if name in styles else name, styles.get(name, "")).append(f" {count}  ", "bold")
    return line


def _outcomes(board: Board) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("")
    for outcome in Expectation:
        table.add_column(outcome.value, justify="right")
    counts = Counter((each.kind, each.answer.outcome) for each in board.done)
    for kind, name in KIND_NAMES.items():
        table.add_row(name, *(str(counts[kind, outcome]) for outcome in Expectation))
    return table


def _keys(steps: Sequence[Step]) -> Text:
    names = [printable_key(step.key) for step in steps[:_KEYS_SHOWN]]
    more = f" and {len(steps) - _KEYS_SHOWN} more" if len(steps) > _KEYS_SHOWN else ""
    return Text(", ".join(names) + more, "bold yellow")
