"""Real texts from a file, and the same as events for `detector score`."""

import gzip
import json
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from detector.bench.messages import Message
from detector.errors import Misconfigured
from detector.events import EventKind


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


def chosen(texts: Sequence[str], count: int, seed: int) -> list[str]:
    """So many of them, drawn by chance; all of them again and again where there are fewer."""
    drawn = Random(seed).sample(texts, len(texts))
    return list(islice(cycle(drawn), count))


def write_events(texts: Sequence[str], file: Path) -> None:
    """Each as a listing update."""
    events = (Message.of(f"review-{number}", EventKind.LISTING_UPDATE, text).value for number, text in enumerate(texts))
    file.write_bytes(b"".join(event + b"\n" for event in events))


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
