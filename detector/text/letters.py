"""Letters in boxes: regional indicators that spell words, negative circled and negative squared letters."""

import re

from detector.text.edits import Edit

_FIRST_INDICATOR = 0x1F1E6
_INDICATORS = re.compile("[\U0001f1e6-\U0001f1ff]+")
_REGIONS = (
    "ACDEFGILMOQRSTUWXZ BABDEFGHIJLMNOQRSTVWYZ CACDFGHIKLMNOPRUVWXYZ DEGJKMOZ EACEGHRSTU FIJKMOR "
    "GABDEFGHILMNPQRSTUWY HKMNRTU ICDELMNOQRST JEMOP KEGHIMNPRWYZ LABCIKRSTUVY MACDEFGHKLMNOPQRSTUVWXYZ "
    "NACEFGILOPRUZ OM PAEFGHKLMNRSTWY QA REOSUW SABCDEGHIJKLMNORSTVXYZ TACDFGHJKLMNORTVWZ UAGMNSYZ VACEGINU "
    "WFS XK YET ZAMW"
)
FLAGS = frozenset(first + second for first, *others in map(list, _REGIONS.split()) for second in others)
"""The region codes that have an emoji flag: RGI_Emoji_Flag_Sequence of Unicode's emoji-sequences.txt."""

_BOXED = r"[\U0001f150-\U0001f169\U0001f170-\U0001f189\u24c2\u2139]"
_BESIDE = "[0-9A-Za-z@]"
_SPELLED = re.compile(rf"{_BOXED}(?: ?{_BOXED})+|(?<={_BESIDE}){_BOXED}|{_BOXED}(?={_BESIDE})")


def indicators(text: str) -> list[Edit]:
    """Regional indicators become capital letters; kind "letters".

    Runs that are nothing but flags stay: one flag, or a row of them as for the languages spoken. A word that happens
    to be made of region codes therefore stays too.
    """
    found = ((run, _spelled(run[0])) for run in _INDICATORS.finditer(text))
    return [Edit(*run.span(), word, "letters") for run, word in found if not _flags(word)]


def boxed(text: str) -> list[Edit]:
    """Negative circled and squared letters (and the M and i emoji) become letters in a word; kind "letters".

    A word is two of them, spaced or not, or one beside a Latin letter, a digit or '@': a lone P for parking stays.
    """
    return [Edit(*word.span(), "".join(map(_letter, word[0])), "letters") for word in _SPELLED.finditer(text)]


def _spelled(run: str) -> str:
    return "".join(chr(ord("A") + ord(sign) - _FIRST_INDICATOR) for sign in run)


def _flags(word: str) -> bool:
    return len(word) % 2 == 0 and all(word[place : place + 2] in FLAGS for place in range(0, len(word), 2))


def _letter(character: str) -> str:
    special = {"\u24c2": "M", "\u2139": "i", " ": " "}
    if character in special:
        return special[character]
    code = ord(character)
    return chr(ord("A") + code - (0x1F150 if code < 0x1F170 else 0x1F170))
