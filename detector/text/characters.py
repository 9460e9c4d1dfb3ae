"""Styled forms of single characters: full-width, mathematical, circled, superscript, ligatures, dashes, spaces."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from detector.text.digits import numeral
from detector.text.edits import Edit, joined

PLAIN_LATIN = (
    r"\t\n\r -~\u00a1-\u00a7\u00a9\u00ab\u00ac\u00ae\u00b0\u00b1\u00b6\u00b7\u00bb\u00bf-\u0131\u0134-\u013e"
    r"\u0141-\u0148\u014a-\u017e\u0180-\u01c3\u01cd-\u01f0\u01f4-\u0233\u2018-\u2022\u2030\u20ac"
)
"""Latin letters, their punctuation and the euro sign: code points that NFKC and every step here leave alone."""

_OTHER_SCRIPTS = (
    r"\u0250-\u02af\u0391-\u03a1\u03a3-\u03ce\u0400-\u0482\u048a-\u04ff\u0531-\u0556\u0561-\u0586\u05d0-\u05ea"
    r"\u0621-\u064a\u0905-\u0939\u0e01-\u0e30\u10d0-\u10fa\u1e00-\u1e99\u1ea0-\u1eff\u3001-\u3020"
    r"\u3041-\u3096\u30a1-\u30fe\u3131-\u318e\u4e00-\u9fff\uac00-\ud7a3"
)
"""Blocks of ordinary letters with nothing to fold in them; a fast way past them and nothing more."""

_CANDIDATES = re.compile(f"[^{PLAIN_LATIN}{_OTHER_SCRIPTS}]+")

# NFKC would spell these out, but people write them so: emoji, Hangul letters in chat, an Armenian "and", a Thai vowel.
_KEPT = re.compile(r"[\u0587\u0e33\u0eb3\u2139\u24c2\u3131-\u318e\u3297\u3299\U0001f200-\U0001f2ff]")
# Full-width punctuation of Chinese and Japanese prose: `symbols.punctuation` decides by what stands beside it.
_PROSE = re.compile(r"[\uff01\uff02\uff07-\uff09\uff0c\uff1a\uff1b\uff1f\uff3b\uff3d\uff5b\uff5d\uff5e]")
_ORDINARY = frozenset(
    "\u0132\u0133\u00aa\u00b2\u00b3\u00b9\u00ba\u00bc\u00bd\u00be\u2026\u2103\u2109\u2116\u2122\u33a1"
)
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u02d7\ufe58"
_SLASHES = "\u2044\u2215\u29f8"
_ALIKE = str.maketrans(
    _DASHES + _SLASHES + "\u2236\ua789\u2800\u1680\u2028\u2029", "-" * 10 + "/" * 3 + "::" + "  " + "\n\n"
)


def characters(text: str) -> list[Edit]:
    """Single characters to the plain ones they stand for, whatever stands beside them.

    Kinds: "digit" for digits, "styled" for what becomes ASCII otherwise; typography and what stays outside ASCII
    (half-width katakana, Arabic presentation forms) has no kind.
    """
    return joined(_edits(text))


def _edits(text: str) -> Iterator[Edit]:
    for run in _CANDIDATES.finditer(text):
        for place, character in enumerate(run[0], run.start()):
            new, kind = folded(character)
            if new != character:
                yield Edit(place, place + 1, new, kind)


@lru_cache(maxsize=1 << 14)
def folded(character: str) -> tuple[str, str]:
    """What a character stands for on its own, itself where it is plain, and the kind of disguise."""
    digits = numeral(character)
    if digits is not None:
        ordinary = character in _ORDINARY or character.isascii()
        return digits, "" if ordinary else "digit"
    if _KEPT.match(character) or _PROSE.match(character):
        return character, ""
    new = unicodedata.normalize("NFKC", character).translate(_ALIKE)
    if new[0] == " " and len(new) > 1:
        # A spacing accent: NFKC would part it from its place and set the mark on a space.
        return character, ""
    plain = new == character or not new.isascii() or new in " -\n" or character in _ORDINARY
    return new, "" if plain else "styled"
