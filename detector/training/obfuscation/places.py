"""Leaks that hide by where they stand: in a field that nobody reads, behind a long text, in the one line that changed.

Each takes what it puts the leak into and touches nothing else of it.
"""

from collections.abc import Collection, Sequence
from random import Random

from detector.training.examples import Piece
from detector.training.obfuscation import disguise
from detector.training.obfuscation.lexicon import words
from detector.training.phrases import expand, fitting

LONG = 2200
"""Code points of a text that a leak is buried in; about 512 tokens."""

_SPEAKS_FOR_ITSELF = ("phone", "phone", "email", "url")
"""Categories that are a leak in a title, where no word says what they are."""

_LOOKS_LIKE_A_NAME = ("U05", "U11", "U13")

Pieces = list[Piece]


def fielded(lang: str, rng: Random, avoid: Collection[str] = ()) -> Pieces:
    """C04: Casa Luna · anna@example.com / Sea view / Parking; in the name, or one of the amenities."""
    leak = disguise(rng.choice(_SPEAKS_FOR_ITSELF), lang, rng, avoid=[*avoid, *_LOOKS_LIKE_A_NAME])
    title = expand(rng.choice(fitting("structures", "title", lang)).text, rng)
    items = rng.sample(words("initials", lang), rng.randrange(3, 7))
    if rng.random() < 0.5:
        joint = rng.choice((" · ", " - ", " | ", " ", ", "))
        return [Piece(f"{title}{joint}"), leak, Piece("\n" + "\n".join(items))]
    cut = rng.randrange(1, len(items) + 1)
    after = "".join(f"\n{item}" for item in items[cut:])
    pieces = [Piece("\n".join((title, *items[:cut], ""))), leak, Piece(after)]
    return [piece for piece in pieces if piece.text]


def buried(leak: Pieces, prose: Sequence[Pieces], rng: Random) -> list[Pieces]:
    """C06: the leak's sentence somewhere behind the first third of `prose`, sentences of `LONG` code points or more."""
    where = rng.randrange(len(prose) // 3, len(prose) + 1)
    return [*prose[:where], leak, *prose[where:]]


def updated(leak: Pieces, before: Sequence[Pieces], rng: Random) -> list[Pieces]:
    """C09: the text as it was `before`, with the leak's sentence in the place of one of its own."""
    where = rng.randrange(len(before))
    return [*before[:where], leak, *before[where + 1 :]]
