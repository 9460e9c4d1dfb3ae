"""Combining marks: ordinary accents are composed, heaps of them and marks on what carries none are dropped."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from detector.text.characters import PLAIN_LATIN
from detector.text.edits import Edit

MOST_ACCENTS = 2
"""Marks that one letter carries in ordinary writing (Vietnamese); more of them is noise."""

MOST_SIGNS = 8
"""Vowel signs and the like that one letter of another script may carry (Burmese needs seven)."""

_CANDIDATES = re.compile(
    f"[^{PLAIN_LATIN}\u0391-\u03a1\u03a3-\u03ce\u0400-\u0482\u048a-\u04ff\u3001-\u3029\u3041-\u3096\u4e00-\u9fff]+"
)
# The blocks of combining marks that belong to no one script, and the Cyrillic ones.
_ACCENT = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")
_LATIN = re.compile(
    "[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1d00-\u1dbf\u1e00-\u1eff\u2c60-\u2c7f]"
)
_JAMO = re.compile("[\u1100-\u1112][\u1161-\u1175][\u11a8-\u11c2]?|[\uac00-\ud7a3][\u11a8-\u11c2]")


def marks(text: str) -> list[Edit]:
    """Tidies every letter with combining marks after it; "marks" where some were dropped, no kind where composed.

    A letter that carries more than `MOST_ACCENTS` accents loses them all, one of another script keeps `MOST_SIGNS`
    signs of its own; digits, punctuation, spaces and emoji carry none, nor does the start of the text.
    """
    return [edit for run in _CANDIDATES.finditer(text) for edit in _tidied(text, *run.span())]


def syllables(text: str) -> list[Edit]:
    """Composes Hangul letters to syllables; no disguise, but one form for one text."""
    found = (Edit(*jamo.span(), unicodedata.normalize("NFC", jamo[0]), "") for jamo in _JAMO.finditer(text))
    return [edit for edit in found if edit.new != text[edit.start : edit.end]]


def _tidied(text: str, start: int, end: int) -> Iterator[Edit]:
    place = start
    while place < end:
        if not _is_mark(text[place]):
            place += 1
            continue
        first = place
        while place < end and _is_mark(text[place]):
            place += 1
        base = text[first - 1] if first else ""
        new, dropped = _cluster(base, text[first:place])
        if new != text[first - len(base) : place]:
            yield Edit(first - len(base), place, new, "marks" if dropped else "")


@lru_cache(maxsize=1 << 14)
def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] == "M"


def _cluster(base: str, following: str) -> tuple[str, bool]:
    """The base with the marks it keeps, composed, and whether any was dropped."""
    if not base or unicodedata.category(base)[0] != "L":
        return base, True
    latin = bool(_LATIN.match(base))
    accents = [mark for mark in following if _ACCENT.match(mark)]
    own = [] if latin else [mark for mark in following if not _ACCENT.match(mark)][:MOST_SIGNS]
    # Long heaps are cut before they are composed: sorting marks takes quadratic time.
    accents = accents[: MOST_ACCENTS + 2]
    whole = unicodedata.normalize("NFC", base + "".join(own + accents))
    if latin:
        bare = unicodedata.normalize("NFD", whole)
        heaped = len(bare) > 1 + MOST_ACCENTS
        return (bare[0], True) if heaped else (whole, len(accents) < len(following))
    if sum(1 for mark in whole[1:] if _ACCENT.match(mark)) > MOST_ACCENTS:
        return unicodedata.normalize("NFC", base + "".join(own)), True
    return whole, len(own) + len(accents) < len(following)
