"""Signs of addresses in disguise: a circled a for '@', foreign full stops for dots, full-width punctuation."""

import re

from detector.text.edits import Edit

_CIRCLED_A = r"[\u24b6\u24d0]"
_AT = re.compile(rf"(?<=[0-9A-Za-z]){_CIRCLED_A}(?=[0-9A-Za-z])|(?<=[0-9A-Za-z] ){_CIRCLED_A}(?= [0-9A-Za-z])")
_BESIDE = r"[0-9A-Za-z\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
_PROSE = r"[\uff01\uff02\uff07-\uff09\uff0c\uff1a\uff1b\uff1f\uff3b\uff3d\uff5b\uff5d\uff5e]"
_PUNCTUATION = re.compile(rf"(?<={_BESIDE}){_PROSE}|{_PROSE}(?={_BESIDE})")
# Greek and Cyrillic count too, since a letter beside such a dot may itself be a look-alike.
_LETTER = r"[0-9A-Za-z\u00c0-\u024f\u0370-\u04ff]"
_STOP = re.compile(rf"(?<={_LETTER})[\u3002\uff61\u06d4\u0701\u0702\ua4f8\ua60e](?={_LETTER})")


def at_signs(text: str) -> list[Edit]:
    """A circled a alone between ASCII letters or digits, spaced or not, is '@'; among circled letters it is an a."""
    return [Edit(*sign.span(), "@", "symbol") for sign in _AT.finditer(text)]


def punctuation(text: str) -> list[Edit]:
    """Full-width prose punctuation that touches a Latin letter or a digit becomes ASCII; in Chinese prose it stays."""
    return [Edit(*sign.span(), chr(ord(sign[0]) - 0xFEE0), "") for sign in _PUNCTUATION.finditer(text)]


def dots(text: str) -> list[Edit]:
    """Full stops of other scripts (ideographic, Arabic, Syriac, Lisu, Vai) become dots between letters or digits."""
    return [Edit(*sign.span(), ".", "symbol") for sign in _STOP.finditer(text)]
