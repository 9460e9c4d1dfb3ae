"""Which texts the second table is measured with, and the same as events for `detector score`."""

from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from random import Random

from detector.bench.messages import Message
from detector.events import EventKind


def chosen(texts: Sequence[str], count: int, seed: int) -> list[str]:
    """So many of them, drawn by chance; all of them again and again where there are fewer."""
    drawn = Random(seed).sample(texts, len(texts))
    return list(islice(cycle(drawn), count))


def write_events(texts: Sequence[str], file: Path) -> None:
    """Each as a listing update."""
    events = (Message.of(f"review-{number}", EventKind.LISTING_UPDATE, text).value for number, text in enumerate(texts))
    file.write_bytes(b"".join(event + b"\n" for event in events))
