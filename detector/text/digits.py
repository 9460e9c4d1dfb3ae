"""Digits in disguise: keycaps, digits in circles and brackets, digits of other scripts, letters among digits."""

import re
import unicodedata

from detector.text.edits import Edit
from detector.text.invisibles import INVISIBLE

_KEYCAP = re.compile(rf"([0-9#*]){INVISIBLE}*\u20e3")
_ENCLOSED = re.compile(r"[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf\U0001f100-\U0001f10c]")
_KEYCAP_TEN = "\U0001f51f"

_LOOKALIKES = str.maketrans("\u0417\u0437\u0427\u0447\u0431\u041e\u043e", "3344600")
_LETTERS = "\u0417\u0437\u0427\u0447\u0431\u041e\u043e"
_WORD = f"[{_LETTERS}]*[0-9][0-9{_LETTERS}]*"
_NUMBER_RUN = re.compile(rf"(?<!\w){_WORD}(?:(?:[./+-][{_LETTERS}]+)?[ ./+-]{{1,2}}{_WORD})*(?!\w)")
_LETTER_RUN = re.compile(f"[{_LETTERS}]+")
_ASCII_DIGIT = re.compile("[0-9]")


def keycaps(text: str) -> list[Edit]:
    """Keycap emoji (a digit, `#` or `*` with U+20E3) become their character; kind "digit"."""
    if "\u20e3" not in text:
        return []
    return [Edit(key.start(), key.end(), key[1], "digit") for key in _KEYCAP.finditer(text)]


def numeral(character: str) -> str | None:
    """The ASCII digits that a decimal digit of any script or an enclosed number stands for, by its numeric value.

    Brackets and full stops of the enclosed forms go: U+2474 is `1`, not `(1)`. None for anything else. A digit of
    another script that is used for its looks and not its value (U+0AEB as a 4) is read by its value.
    """
    if character == _KEYCAP_TEN:
        return "10"
    value = unicodedata.digit(character, None)
    if value is None and _ENCLOSED.match(character):
        number = unicodedata.numeric(character, None)
        value = None if number is None else int(number)
    return None if value is None else str(value)


def number_letters(text: str) -> list[Edit]:
    """Cyrillic letters that look like 3, 4, 6 and 0 become digits inside a number; kind "digit".

    A number here is a run of whole words of digits and such letters, parted by up to two spaces, dots, slashes,
    hyphens or plus signs, that has three ASCII digits and six places: a house number such as 120b keeps its letter.
    A word of such letters alone (many are prepositions) counts only between punctuation.
    """
    if not _LETTER_RUN.search(text):
        return []
    return [edit for run in _NUMBER_RUN.finditer(text) for edit in _within(run[0], run.start())]


def _within(run: str, offset: int) -> list[Edit]:
    digits = len(_ASCII_DIGIT.findall(run))
    places = digits + sum(map(len, _LETTER_RUN.findall(run)))
    if digits < 3 or places < 6:
        return []
    return [
        Edit(offset + letters.start(), offset + letters.end(), letters[0].translate(_LOOKALIKES), "digit")
        for letters in _LETTER_RUN.finditer(run)
    ]
