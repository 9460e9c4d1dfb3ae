"""A marked text: what every source of training data yields and every rewriter keeps true."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal

Kind = Literal["listing", "message"]

CATEGORIES = ("phone", "email", "url", "social", "messenger", "solicitation")
LABELS = ("O", *CATEGORIES)
"""Classes of the token head, in the order of its outputs."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A leak at `[start, end)` code points of its text."""

    start: int
    end: int
    category: str
    family: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A text with all its leaks marked; without marks it is clean, unless it is `unplaced`: nobody said where it leaks.

    `voice` is who wrote it and `source` where it stands: splits go by them, so that no author is on both sides.
    """

    kind: Kind
    lang: str
    text: str
    spans: tuple[Mark, ...] = ()
    voice: str = ""
    hard: tuple[str, ...] = ()
    source: str = ""
    unplaced: bool = False

    def __post_init__(self) -> None:
        position = 0
        for mark in self.spans:
            if not position <= mark.start < mark.end <= len(self.text):
                raise ValueError(f"{self.source}: mark {mark.start}-{mark.end} is empty, overlaps or leaves the text")
            if mark.category not in CATEGORIES:
                raise ValueError(f"{self.source}: no category {mark.category!r}")
            position = mark.end

    @property
    def leak(self) -> bool:
        """Whether the text leaks anything."""
        return bool(self.spans) or self.unplaced

    def leaks(self) -> list[str]:
        """The marked strings, in order."""
        return [self.text[mark.start : mark.end] for mark in self.spans]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is wholly a leak, or, without a category, wholly not."""

    text: str
    category: str = ""
    family: str = ""


def join(pieces: Sequence[Piece], like: Example) -> Example:
    """The pieces one after the other as an example that is `like` another in everything else."""
    parts: list[str] = []
    marks: list[Mark] = []
    length = 0
    for piece in pieces:
        if piece.category and piece.text:
            marks.append(Mark(length, length + len(piece.text), piece.category, piece.family))
        parts.append(piece.text)
        length += len(piece.text)
    return replace(like, text="".join(parts), spans=tuple(marks))


def split(example: Example) -> list[Piece]:
    """The inverse of `join`."""
    pieces: list[Piece] = []
    position = 0
    for mark in example.spans:
        if mark.start > position:
            pieces.append(Piece(example.text[position : mark.start]))
        pieces.append(Piece(example.text[mark.start : mark.end], mark.category, mark.family))
        position = mark.end
    if position < len(example.text):
        pieces.append(Piece(example.text[position:]))
    return pieces


def held_out(key: str, share: float) -> bool:
    """Whether the author or source `key` belongs to the dev split: the same answer in every run."""
    return int(sha256(key.encode()).hexdigest()[:8], 16) < share * 2**32
