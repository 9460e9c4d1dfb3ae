"""Where a long run stands."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column

_REFRESHES_PER_SECOND = 1
"""Drawing takes milliseconds in the process that reads the latencies; so seldom it does not reach their p99."""


class Steps:
    """A bar on a terminal, elsewhere a line for each step; on standard error, as the result is on standard output."""

    def __init__(self, total: int) -> None:
        self._console = Console(stderr=True)
        self._bar = Progress(
            BarColumn(bar_width=12),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            # Last, so that what does not fit is cut off here.
            TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True)),
            expand=True,
            console=self._console,
            refresh_per_second=_REFRESHES_PER_SECOND,
            disable=not self._console.is_terminal,
            transient=True,
        )
        self._task = self._bar.add_task("", total=total)
        self._step = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bar.stop()

    def begin(self, step: str) -> None:
        """The next step."""
        self._step = step
        if self._bar.disable:
            self._console.print(step, markup=False, highlight=False, soft_wrap=True)
        self.note("")

    def note(self, doing: str) -> None:
        """What is going on within the step."""
        self._bar.update(self._task, description=f"{self._step}: {doing}" if doing else self._step)

    def done(self) -> None:
        """The step has ended."""
        self._bar.advance(self._task)
