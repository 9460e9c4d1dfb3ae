"""How verdicts and progress look on a terminal."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from detector.verdicts import Label, Verdict

Item = TypeVar("Item")

CATEGORY_STYLES = {
    "phone": "black on bright_yellow",
    "email": "black on bright_cyan",
    "url": "black on bright_green",
    "social": "black on bright_magenta",
    "messenger": "black on orange1",
    "solicitation": "white on red",
}


def highlighted(verdict: Verdict, texts: Mapping[str, str]) -> Group:
    """A verdict, its attributes' texts, and the leaks in them in their category's colour."""
    parts = [headline(verdict)]
    for name, text in texts.items():
        marked = Text(text)
        for evidence in verdict.score_details.evidence:
            if evidence.attribute == name:
                marked.stylize(CATEGORY_STYLES.get(evidence.category, "reverse"), evidence.start, evidence.end)
        parts.append(marked)
    return Group(*parts)


def headline(verdict: Verdict) -> Text:
    """Label, score, threshold, and what was found."""
    details = verdict.score_details
    fraud = details.label is Label.FRAUD
    line = Text()
    line.append(f"{details.label.value:<9}", "bold red" if fraud else "green")
    line.append(f"{verdict.probability_score:.4f}", "bold")
    line.append(f" (threshold {details.threshold:.2f})", "dim")
    for category in dict.fromkeys(each.category for each in details.evidence):
        line.append(" ")
        line.append(f" {category} ", CATEGORY_STYLES.get(category, "reverse"))
    return line


def count_lines(file: str) -> int | None:
    """Lines of a file; None for standard input and what is no plain file."""
    path = Path(file)
    if not path.is_file():
        return None
    with path.open("rb") as opened:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: opened.read(1 << 20), b""))


class Watch(Protocol):
    """Passes items on and counts them."""

    def __call__(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items, watched."""


@contextmanager
def progress_for(what: str, total: int | None, *, shown: bool) -> Iterator[Watch]:
    """A progress bar on standard error around an iteration, where one is wanted and a person is watching."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not (shown and console.is_terminal),
    ) as bar:
        yield lambda items: iter(bar.track(items, total=total, description=what))
