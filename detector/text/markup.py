"""Formatting tags that part the digits of a number, as in `20<b>2</b>555`."""

import re

from detector.text.edits import Edit

_NAMES = "b|i|u|s|em|strong|span|font|sup|sub|small|big|mark|ins|del|tt|code|wbr"
_TAGS = rf"(?:</?(?:{_NAMES})(?:\s[^<>]{{0,80}})?/?>|<!--[^<>]{{0,80}}-->)+"
_PARTING = re.compile(
    rf"(?:(?<=[0-9])|(?<=[0-9][ .()+-])){_TAGS}(?=[0-9])|(?<=[0-9]){_TAGS}(?=[ .()+-][0-9])",
    re.IGNORECASE,
)


def markup(text: str) -> list[Edit]:
    """Drops simple inline tags and comments between two digits, at most one separator apart; other tags stay."""
    if "<" not in text:
        return []
    return [Edit(tags.start(), tags.end(), "", "markup") for tags in _PARTING.finditer(text)]
