"""Labelled texts that a user names on the command line."""

from collections.abc import Iterable
from pathlib import Path

import typer

from detector.evaluation import Labelled, read_labelled


def labelled_rows(files: Iterable[Path]) -> list[Labelled]:
    """The rows of all files, one after the other; a file that cannot be used is told as a wrong argument."""
    rows: list[Labelled] = []
    for file in files:
        try:
            rows += read_labelled(file)
        except OSError as error:
            raise typer.BadParameter(f"{file} cannot be read: {error.strerror}") from None
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    return rows
