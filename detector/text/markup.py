"""Formatting tags that part the digits of a number, as in `20<b>2</b>555`."""

import re

from detector.text.edits import Edit

_NAMES = "b|i|u|s|em|strong|span|font|sup|sub|small|big|mark|ins|del|tt|code|wbr"
_TAG = rf"(?:</?(?:{_NAMES})(?:\s[^<>]{{0,80}})?/?>|<!--[^<>]{{0,80}}-->)"
_SEPARATOR = "[ .()+-]{0,2}"
_ANY_TAG = re.compile(_TAG, re.IGNORECASE)
_PARTING = re.compile(rf"(?<=[0-9]){_SEPARATOR}(?:{_TAG}{_SEPARATOR})+(?=[0-9])", re.IGNORECASE)


def markup(text: str) -> list[Edit]:
    """Drops simple inline tags and comments between two digits; other tags stay.

    At most two separators (spaces, dots, brackets, plus signs, hyphens) may stand at each side of a tag.
    """
    if "<" not in text:
        return []
    return [
        Edit(*tag.span(), "", "markup")
        for parting in _PARTING.finditer(text)
        for tag in _ANY_TAG.finditer(text, *parting.span())
    ]
