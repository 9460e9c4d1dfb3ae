"""Input files of commands."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import typer

STDIN = "-"


def opened(file: str) -> AbstractContextManager[BinaryIO]:
    """The file for reading bytes, or standard input, which is left open."""
    if file == STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None
