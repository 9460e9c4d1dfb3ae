"""How a command ends: exit codes from which a script or an orchestrator may conclude what to do."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from types import FrameType

import typer
from rich.console import Console
from rich.text import Text

from detector.errors import BrakePulled, DetectorError, Misconfigured, Superseded


class Exit(IntEnum):
    """0 is success; 1 a defect or a lost connection, worth a restart; 130 an end by hand; the others want a person."""

    OK = 0
    FAILED = 1
    MISCONFIGURED = 2
    BRAKE = 3
    SUPERSEDED = 4
    CHECK_FAILED = 5
    INTERRUPTED = 130


def exit_code(error: DetectorError) -> Exit:
    """The code for an error that ended a command."""
    match error:
        case Misconfigured():
            return Exit.MISCONFIGURED
        case BrakePulled():
            return Exit.BRAKE
        case Superseded():
            return Exit.SUPERSEDED
    return Exit.FAILED


@contextmanager
def errors_end_the_process() -> Iterator[None]:
    """An error of ours becomes one sentence on standard error and an exit code; a defect stays a traceback."""
    try:
        yield
    except DetectorError as error:
        line = Text("error: ", "bold red").append(str(error), "not bold default")
        Console(stderr=True, soft_wrap=True).print(line, highlight=False)
        sys.exit(exit_code(error))


@contextmanager
def interrupts_end_in_order() -> Iterator[None]:
    """SIGTERM counts as Ctrl-C; either closes what the block has opened and ends the command with code 130."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(Exit.INTERRUPTED) from None
    finally:
        signal.signal(signal.SIGTERM, previous)
