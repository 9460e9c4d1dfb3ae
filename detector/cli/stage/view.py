"""What the audience sees: a live view on a terminal, plain lines elsewhere."""

from collections import deque
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from detector.cli.showing import CATEGORY_STYLES, label_and_score, printable
from detector.cli.stage.tally import Seen, Tally
from detector.verdicts import Evidence

CONTEXT = 40
"""Characters shown before the first piece of evidence."""
LINES_AROUND = 5
LINES_EACH = 2
STYLES = {"dead-letter": "yellow", "tombstone": "dim"}


class View(Protocol):
    """Shows verdicts as they come."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def show(self, seen: Seen) -> None:
        """One more answer."""


def view_for(console: Console, tally: Tally) -> View:
    """The live view where a person is watching."""
    return LiveView(console, tally) if console.is_terminal else PlainView(console)


class PlainView:
    """One line per answer; evidence stands in brackets with its category."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Nothing to put back."""

    def show(self, seen: Seen) -> None:
        """Print it."""
        line = headline(seen)
        line.append("  ").append(marked(seen, in_colour=False))
        self._console.print(line, soft_wrap=True)


class LiveView:
    """Counts and latencies at the top, the newest answers below, as many as the terminal is high."""

    def __init__(self, console: Console, tally: Tally) -> None:
        self._tally = tally
        self._newest: deque[Seen] = deque(maxlen=max(2, (console.height - LINES_AROUND) // LINES_EACH))
        self._live = Live(console=console, get_renderable=self._picture, refresh_per_second=12)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._live.stop()

    def show(self, seen: Seen) -> None:
        """It appears with the next refresh."""
        self._newest.append(seen)

    def _picture(self) -> RenderableType:
        lines: list[RenderableType] = [Panel(counts(self._tally), title="contact leaks", title_align="left")]
        for seen in list(self._newest):
            lines.append(headline(seen))
            lines.append(Text("  ").append(marked(seen, in_colour=True)))
        for line in lines[1:]:
            if isinstance(line, Text):
                line.no_wrap, line.overflow = True, "ellipsis"
        return Group(*lines)


def counts(tally: Tally) -> Text:
    """How far, how fast, what came of it."""
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{tally.answered} of {tally.expected}", "bold")
    for percent in (50, 95, 99):
        line.append(f"   p{percent} ", "dim").append(f"{tally.percentile(percent) * 1000:.0f} ms", "bold")
    for name, style in (("Fraud", "bold red"), ("NonFraud", "green"), *STYLES.items()):
        if tally.outcomes[name]:
            line.append(f"   {tally.outcomes[name]} {name}", style)
    return line


def headline(seen: Seen) -> Text:
    """The decision, about what, and after how long."""
    answer = seen.answer
    if answer.verdict is None:
        line = Text(f"{answer.outcome:<15}", STYLES[answer.outcome])
    else:
        line = label_and_score(answer.verdict)
    line.append(f"  {seen.seconds * 1000:>4.0f} ms", "dim").append(f"  {printable(seen.act.name)}")
    if answer.reason is not None:
        line.append(f"  {answer.reason}", "yellow")
    elif answer.verdict is not None:
        line.append(f"  {printable(answer.verdict.top_contributor)}", "dim")
        for category in dict.fromkeys(each.category for each in answer.verdict.score_details.evidence):
            line.append(" ").append(f" {category} ", CATEGORY_STYLES.get(category, "reverse"))
    return line


def marked(seen: Seen, *, in_colour: bool) -> Text:
    """The original text around its evidence: the verdict carries none, the demo still has it."""
    verdict, texts = seen.answer.verdict, seen.act.texts
    if verdict is None:
        return Text(_one_line(next(iter(texts.values()), ""))[:160], "dim")
    name = verdict.top_contributor if verdict.top_contributor in texts else next(iter(texts), "")
    evidence = sorted(
        (each for each in verdict.score_details.evidence if each.attribute == name), key=lambda each: each.start
    )
    text = _one_line(texts.get(name, ""))
    return _coloured(text, evidence) if in_colour else _bracketed(text, evidence)


def _coloured(text: str, evidence: list[Evidence]) -> Text:
    shown = Text(text)
    for each in evidence:
        shown.stylize(CATEGORY_STYLES.get(each.category, "reverse"), each.start, each.end)
    cut = _cut(evidence)
    return Text("…").append(shown[cut:]) if cut else shown


def _bracketed(text: str, evidence: list[Evidence]) -> Text:
    cut = at = _cut(evidence)
    shown = Text("…" if cut else "")
    for each in evidence:
        if each.start < at:
            continue
        shown.append(text[at : each.start]).append(f"[{each.category}: {text[each.start : each.end]}]")
        at = each.end
    return shown.append(text[at : at + 2 * CONTEXT]).append("…" if len(text) > at + 2 * CONTEXT else "")


def _cut(evidence: list[Evidence]) -> int:
    start = evidence[0].start if evidence else 0
    return start - CONTEXT if start > 2 * CONTEXT else 0


def _one_line(text: str) -> str:
    return printable(text).replace("\n", " ")
