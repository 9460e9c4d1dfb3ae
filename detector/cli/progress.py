"""Progress bars on long work."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Item = TypeVar("Item")


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
