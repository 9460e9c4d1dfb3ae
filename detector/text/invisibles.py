"""Characters that nobody sees: zero-width, soft hyphen, bidi controls, variation selectors, tags, control codes."""

import re

from detector.text.edits import Edit

CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
"""C0 and C1 control codes and DEL, without tab, line feed and carriage return."""

IGNORABLE = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default_Ignorable_Code_Point of Unicode's DerivedCoreProperties.txt, and the interlinear annotation marks."""

INVISIBLE = f"[{CONTROLS}{IGNORABLE}]"

_RUN = re.compile(f"{INVISIBLE}+")
# Emoji, Persian, Hebrew and Indic text carry such characters by right; inside a Latin word or a number nothing does.
_HIDING_SIDE = re.compile(r"[0-9A-Za-z\u00c0-\u024f@._+\-/&#;\uff00-\uff5e]")


def invisibles(text: str) -> list[Edit]:
    """Drops every run of invisible characters; it is disguise ("invisible") where it parts a word or a number."""
    return [Edit(run.start(), run.end(), "", _kind(text, *run.span())) for run in _RUN.finditer(text)]


def _kind(text: str, start: int, end: int) -> str:
    inside = start > 0 and _HIDING_SIDE.match(text, start - 1) and _HIDING_SIDE.match(text, end)
    return "invisible" if inside else ""
