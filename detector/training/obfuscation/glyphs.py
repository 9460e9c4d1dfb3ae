"""Attacks that swap characters for others of any number: `(text, rng) -> text`."""

import re
from random import Random

from detector.training.obfuscation.lexicon import words


def pairs_of(key: str, table: str) -> dict[str, str]:
    """An entry of alternating keys and values."""
    items = words(table, key)
    return dict(zip(items[::2], items[1::2], strict=True))


_SHAPES, _FIGURES = pairs_of("latin", "glyphs"), pairs_of("digits", "glyphs")
_BRANDS, _SOUNDS = pairs_of("brands", "cyrillic"), pairs_of("letters", "cyrillic")
_LATIN = re.compile("|".join((*_BRANDS, *_SOUNDS)), re.IGNORECASE)
_ACCENTS = dict(zip("aeiouncAEO", "áéíöüñçÁÉÖ", strict=True))
_TYPESET = {" ": "\u00a0", "-": "–", "'": "’"}


def deleted(text: str, rng: Random) -> str:
    """X04: anx␈na, wrong characters that a backspace (U+0008) each takes back."""
    share, forced = rng.choice((0.1, 0.25, 0.5)), rng.randrange(1, max(2, len(text)))
    parts = [text[:1]]
    for i, c in enumerate(text[1:], start=1):
        if i == forced or rng.random() < share:
            alphabet = "0123456789" if c.isdigit() else "abcdefghijklmnopqrstuvwxyz"
            wrong = rng.choices(alphabet, k=rng.choice((1, 1, 1, 2, 3)))
            parts += [*wrong, "\b" * len(wrong)]
        parts.append(c)
    return "".join(parts)


def mojibake(text: str, rng: Random) -> str:
    """X11: villÃ¡.anna, UTF-8 read as Latin-1; plain ASCII is typeset first (an accent, a dash, hard blanks)."""
    if text.isascii():
        text = _typeset(text, rng)
    return text.encode().decode("latin-1")


def multiple(text: str, rng: Random) -> str:
    """X12: vvilla rnonte, |-|ost: a letter drawn with several; digits too where no letter can be."""
    table = _SHAPES if any(c in _SHAPES for c in text) else _FIGURES
    share, forced = rng.choice((0.5, 1.0)), rng.randrange(len(text))
    first = next((i for i in (*range(forced, len(text)), *range(forced)) if text[i] in table), -1)
    return "".join(table[c] if c in table and (i == first or rng.random() < share) else c for i, c in enumerate(text))


def transliterated(text: str, rng: Random) -> str:
    """X13: анна@екампле.ком, вотсап: Latin letters by their sound in Cyrillic; digits as their English names."""

    def sound(latin: re.Match[str]) -> str:
        return {**_SOUNDS, **_BRANDS}[latin[0].lower()]

    if _LATIN.search(text):
        return _LATIN.sub(sound, text, count=0 if rng.random() < 0.7 else rng.randrange(3, 12))
    names = words("cyrillic", "digits")
    said = [f" {names[int(c)]} " if c in "0123456789" else c for c in text]
    return re.sub(" +", " ", "".join(said)).strip()


def _typeset(text: str, rng: Random) -> str:
    places = [i for i, c in enumerate(text) if c in _ACCENTS]
    for i in rng.sample(places, min(len(places), rng.choice((1, 1, 2)))):
        text = text[:i] + _ACCENTS[text[i]] + text[i + 1 :]
    if not places:
        text = "".join(_TYPESET.get(c, c) for c in text)
    middle = len(text) // 2
    return f"{text[:middle]}\u00a0{text[middle:]}" if text.isascii() else text
