"""Letters of other scripts that look Latin, folded where they pose as Latin and only there."""

import re
import unicodedata
from functools import lru_cache

from detector.text.edits import Edit


def _table(rows: str) -> dict[str, str]:
    """`a 0430 03B1, b 13CF` as a map from each listed code point to the letter before it."""
    parted = (row.split() for row in rows.split(","))
    return {chr(int(code, 16)): letter for letter, *codes in parted for code in codes}


ALIKE = _table(
    "A 0410 0391 13AA, B 0412 0392 13F4, C 0421 13DF, D 13A0, E 0415 0395 13AC, F 03DC, G 050C 13C0 13F3,"
    "H 041D 0397 13BB, I 0406 0399 04C0, J 0408 037F 13AB, K 041A 039A 13E6, L 13DE, M 041C 039C 03FA 13B7,"
    "N 039D, O 041E 039F 0555, P 0420 03A1 13E2, Q 051A, R 13A1, S 0405 054F 13D5 13DA, T 0422 03A4 13A2, U 054D,"
    "V 0474 13D9, W 051C 13B3 13D4, X 0425 03A7, Y 0423 04AE 03A5 13A9 13BD, Z 0396 13C3,"
    "a 0430 03B1 0251 1D00, b 13CF 0299, c 0441 ABAF 1D04, d 0501 13E7 1D05, e 0435 04BD 1D07, f 0584 A730,"
    "g 0581 0261 0262, h 04BB 0570 13C2 029C, i 0456 A647 03B9 AB75 13A5 026A, j 0458 03F3 1D0A, k 1D0B,"
    "l 04CF 029F, m 1D0D, n 0578 057C 0274, o 043E 03BF 03C3 0585 1D0F, p 0440 03C1 1D18, q 051B 0563 0566 A7AF,"
    "r AB81 1D26 0280, s 0455 ABAA A731, t 1D1B, u 03C5 057D 1D1C, v 0475 03BD ABA9 1D20,"
    "w 0461 051D 0561 AB83 1D21, x 0445, y 0443 04AF 03B3 028F, z AB93 1D22"
)
"""Letters that can be taken for a Latin one: the single-letter Cyrillic, Greek, Armenian and Cherokee rows of Unicode
TR39's confusables.txt with an ASCII letter as target (the letter l standing there for a capital I is I here, and the
small palochka is l), and beside them the Cyrillic capital Q, the Latin small capitals and the a and g of IPA."""

NEARLY = _table(
    "R 042F, N 0418, b 0432 044C, c 03C2, e 03B5, h 043D, k 043A 03BA, m 043C, n 043F 03B7 03C0, r 0433,"
    "t 0442 03C4, u 0438, w 0448 03C9, x 03C7"
)
"""Letters of another shape that still read as a Latin one inside a Latin word. Own list: TR39 has most of them only
as look-alikes of small capitals."""

_LATIN = r"A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1d00-\u1d25\u1e00-\u1eff\ua730\ua731\ua7af"
_A_LATIN = re.compile(f"[{_LATIN}]")
_LAST_LATIN = re.compile(rf".*[{_LATIN}]", re.DOTALL)
_FOREIGN = re.compile(
    r"[\u0251\u0261\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f\u0370-\u052f\u0531-\u0586\u13a0-\u13f5"
    r"\u1d00-\u1d26\u1f00-\u1fff\ua640-\ua69f\ua730\ua731\ua7af\uab70-\uabbf]"
)
_RUN = re.compile(r"[\w@./+-]+")
_ADDRESS = re.compile(r"@|\w\.\w")
_WORD = re.compile(r"[^\W_]+")


def confusables(text: str) -> list[Edit]:
    """Folds look-alikes to Latin; kind "confusable".

    A word that has Latin letters is folded when every other letter of it looks Latin; the letters of `NEARLY` count
    only before a Latin one, for a Russian ending on a Latin stem is ordinary. A word without Latin letters is folded
    only when all of it looks Latin and the run around it (up to a space) has Latin letters and an '@' or a dot.
    """
    if not (_FOREIGN.search(text) and _A_LATIN.search(text)):
        return []
    runs = (run for run in _RUN.finditer(text) if _FOREIGN.search(run[0]) and _A_LATIN.search(run[0]))
    return [edit for run in runs for edit in _in_run(run[0], run.start())]


def _in_run(run: str, offset: int) -> list[Edit]:
    address = bool(_ADDRESS.search(run))
    words = ((word, _folded(word[0], address=address)) for word in _WORD.finditer(run))
    return [
        Edit(offset + word.start(), offset + word.end(), new, "confusable") for word, new in words if new != word[0]
    ]


def _folded(word: str, *, address: bool) -> str:
    """The word in Latin letters, or as it is where it is no Latin word in disguise."""
    last = _LAST_LATIN.match(word)
    end = last.end() if last else 0
    if not (_FOREIGN.search(word) and (end or address)):
        return word
    letters = [_latin(letter, inside=place < end) for place, letter in enumerate(word)]
    return "".join(letters) if all(letters) else word


@lru_cache(maxsize=1 << 14)
def _latin(letter: str, *, inside: bool) -> str:
    """The Latin letter or the digit that a letter is or looks like, with its accents; empty where there is none."""
    if letter.isascii():
        return letter
    decomposed = unicodedata.normalize("NFD", letter)
    found = ALIKE.get(decomposed[0]) or (NEARLY.get(decomposed[0]) if inside else None)
    if found is None:
        return letter if _A_LATIN.match(letter) else ""
    whole = unicodedata.normalize("NFC", found + decomposed[1:])
    return whole if len(whole) == 1 else ""
