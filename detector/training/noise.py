"""Everyday untidiness: case, typos, lost spaces and accents, outside the leaks where it would change them."""

import unicodedata
from collections.abc import Callable, Sequence
from random import Random

from detector.training.examples import Piece

_EMOJI = ("🙂", "😊", "🏖️", "🌴", "✨", "🙏", "❤️", "🐶", "🎉", "🏡")


def untidy(pieces: Sequence[Piece], rng: Random) -> list[Piece]:
    """The pieces, most often as they are, else with one or two kinds of noise."""
    pieces = list(pieces)
    if rng.random() < 0.62:
        return pieces
    for whole, share in ((str.lower, 0.35), (_upper, 0.1), (_strip_accents, 0.1)):
        if rng.random() < share:
            return [Piece(whole(piece.text), piece.category, piece.family) for piece in pieces]
    change: Callable[[str, Random], str] = rng.choice((_typos, _lose_spaces, _lose_stops, _add_emoji, _break_lines))
    return [piece if piece.category else Piece(change(piece.text, rng)) for piece in pieces]


def _upper(text: str) -> str:
    return "".join(c.upper() if len(c.upper()) == 1 else c for c in text)


def _strip_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)) or text


def _typos(text: str, rng: Random) -> str:
    letters = list(text)
    for index in range(len(letters) - 1):
        if letters[index].isalpha() and letters[index + 1].isalpha() and rng.random() < 0.02:
            if rng.random() < 0.5:
                letters[index], letters[index + 1] = letters[index + 1], letters[index]
            else:
                letters[index] = rng.choice(("", letters[index] * 2))
    return "".join(letters)


def _lose_spaces(text: str, rng: Random) -> str:
    share = rng.choice((0.3, 0.8))
    return "".join(
        "" if c == " " and i and text[i - 1] in ".,!?" and rng.random() < share else c for i, c in enumerate(text)
    )


def _lose_stops(text: str, _rng: Random) -> str:
    return text.replace(". ", " ").replace(", ", " ")


def _add_emoji(text: str, rng: Random) -> str:
    return "".join(f"{c} {rng.choice(_EMOJI)}" if c in ".!" and rng.random() < 0.4 else c for c in text)


def _break_lines(text: str, rng: Random) -> str:
    return "".join(
        "\n" if c == " " and i and text[i - 1] in ".!?" and rng.random() < 0.5 else c for i, c in enumerate(text)
    )
