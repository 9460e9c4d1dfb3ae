"""What a check found: one line each, and how to mend what is wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import typer
from rich.console import Console
from rich.text import Text

from detector.cli.exits import Exit


class State(StrEnum):
    """How a check came out; only FAIL decides the exit code."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


_STYLES = {State.OK: "green", State.WARN: "yellow", State.FAIL: "bold red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One checked thing; `mend` says what to do where the state is not ok."""

    state: State
    what: str
    mend: str = ""

    def line(self) -> Text:
        """The finding as a person reads it."""
        line = Text()
        line.append(f"{self.state.value:<5}", _STYLES[self.state])
        line.append(self.what)
        if self.mend:
            line.append(f" -> {self.mend}", "dim" if self.state is State.OK else "")
        return line


def ok(what: str) -> Finding:
    """As it should be."""
    return Finding(State.OK, what)


def warn(what: str, mend: str = "") -> Finding:
    """Works, and may surprise."""
    return Finding(State.WARN, what, mend)


def fail(what: str, mend: str) -> Finding:
    """Does not work."""
    return Finding(State.FAIL, what, mend)


def report(findings: Iterable[Finding]) -> None:
    """Print each finding as it comes; end with exit code 5 if any failed."""
    console = Console(soft_wrap=True, highlight=False)
    failed = 0
    for finding in findings:
        console.print(finding.line())
        failed += finding.state is State.FAIL
    if failed:
        raise typer.Exit(Exit.CHECK_FAILED)
