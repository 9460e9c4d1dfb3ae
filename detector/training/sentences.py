"""Marked texts as sentences, so that a sentence with its leak can leave one text and stand in another."""

import re
from collections.abc import Sequence
from random import Random

from detector.training.examples import Example, Piece, split

Sentence = list[Piece]

_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")


def sentences(example: Example) -> list[Sentence]:
    """The text's sentences in order; a leak is never cut."""
    found: list[Sentence] = []
    current: Sentence = []
    for piece in split(example):
        if piece.category:
            current.append(piece)
            continue
        *ended, rest = _END.split(piece.text)
        for part in ended:
            current.append(Piece(part))
            found.append(current)
            current = []
        current.append(Piece(rest))
    found.append(current)
    return [sentence for sentence in found if any(piece.text.strip() for piece in sentence)]


def leaks(sentence: Sentence) -> bool:
    """Whether a leak stands in the sentence."""
    return any(piece.category for piece in sentence)


def shorten(parts: list[Sentence], characters: int, rng: Random, start: int | None = None) -> list[Sentence]:
    """A run of neighbouring sentences of about `characters` in all, at least one of them, from `start` or anywhere."""
    start = rng.randrange(len(parts)) if start is None else start
    chosen, size = [parts[start]], _size(parts[start])
    for sentence in [*parts[start + 1 :], *parts[max(0, start - 1) : start]]:
        if size >= characters:
            break
        chosen.append(sentence)
        size += _size(sentence)
    return chosen


def place(parts: Sequence[Sentence], guest: Sentence, rng: Random) -> list[Sentence]:
    """The sentences with a guest among them, at either end as often as inside."""
    where = rng.choice((0, len(parts), rng.randrange(len(parts) + 1), rng.randrange(len(parts) + 1)))
    return [*parts[:where], guest, *parts[where:]]


def together(parts: Sequence[Sentence], rng: Random) -> list[Piece]:
    """The sentences as one run of pieces, joined by spaces or line breaks."""
    joint = rng.choice((" ", " ", " ", "\n", " ", "\n\n"))
    pieces: list[Piece] = []
    for index, sentence in enumerate(parts):
        if index:
            pieces.append(Piece(joint))
        pieces.extend(sentence)
    return pieces


def _size(sentence: Sentence) -> int:
    return sum(len(piece.text) for piece in sentence)
