"""Texts of the user's own, to measure with instead of made-up ones."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from detector.errors import Misconfigured


def read_texts(file: Path) -> list[str]:
    """The texts of a file of JSON lines, plain or gzipped: events, or rows with a `text`.

    Raises `Misconfigured`, which names file and line and repeats no text, for what is neither.
    """
    texts: list[str] = []
    try:
        with gzip.open(file, "rb") if file.suffix == ".gz" else file.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    texts += _texts_of(line, f"{file.name}:{number}")
    except (OSError, EOFError) as error:
        raise Misconfigured(f"{file} cannot be read ({type(error).__name__}): name a file of JSON lines.") from None
    if not texts:
        raise Misconfigured(f"{file} holds no text: give events, or rows with a member `text`.")
    return texts


def _texts_of(line: bytes, where: str) -> Iterator[str]:
    try:
        row: Any = json.loads(line)
    except ValueError:
        raise Misconfigured(f"{where} is not JSON: give events, or rows with a member `text`.") from None
    found = row.get("attributes", row.get("text")) if isinstance(row, dict) else None
    for text in found.values() if isinstance(found, dict) else [found]:
        if not isinstance(text, str):
            raise Misconfigured(f"{where} has no text: give events, or rows with a member `text`.")
        yield text
