"""Files as commands take them."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO

import typer

STDIN = "-"


def opened(file: str) -> AbstractContextManager[BinaryIO]:
    """A file or, for `-`, standard input, which stays open; one that cannot be read is an error of usage."""
    if file == STDIN:
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None
