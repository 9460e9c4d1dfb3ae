"""A text on one line: cut around what matters, with the evidence marked."""

import unicodedata
from collections.abc import Mapping, Sequence

from rich.cells import cell_len
from rich.text import Text

from detector.terminal import CATEGORY_STYLES
from detector.verdicts import Evidence, Label, Verdict

_CUT = "…"
_HIDDEN = "·"


def excerpt(text: str, evidence: Sequence[Evidence], width: int, *, colours: bool) -> Text:
    """At most `width` cells of the text around its first pieces of evidence, or its beginning where there is none.

    Evidence has its category's colour, or stands in brackets, which come on top of the width. Line breaks become
    spaces and invisible characters dots, so that no text can write elsewhere on the terminal.
    """
    shown = "".join(map(_visible, text))
    places = sorted((each.start, min(each.end, len(text))) for each in evidence if each.start < len(text))
    first, last = _stretch(shown, places, width)
    line = Text(shown[first:last])
    for each in sorted(evidence, key=lambda one: one.start, reverse=True):
        start, end = max(each.start, first) - first, min(each.end, last) - first
        if start < end:
            line = _marked(line, start, end, each.category, colours=colours)
    if first > 0:
        line = Text(_CUT).append_text(line)
    return line.append(_CUT) if last < len(shown) else line


def told(verdict: Verdict, texts: Mapping[str, str]) -> tuple[str, list[Evidence]]:
    """The text that the verdict rests on, with its evidence; the longest where all are clean."""
    found = [each for each in verdict.score_details.evidence if each.attribute in texts]
    top = verdict.top_contributor
    if not found:
        fraud = verdict.score_details.label is Label.FRAUD
        return texts[top] if fraud and top in texts else max(texts.values(), key=len, default=""), []
    if all(each.attribute != top for each in found):
        top = found[0].attribute
    return texts[top], [each for each in found if each.attribute == top]


def _marked(line: Text, start: int, end: int, category: str, *, colours: bool) -> Text:
    if colours:
        line.stylize(CATEGORY_STYLES.get(category, "reverse"), start, end)
        return line
    return Text.assemble(line[:start], "[", line[start:end], "]", line[end:])


def _visible(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf" | "Cs":
            return _HIDDEN
    return character


def _stretch(text: str, spans: Sequence[tuple[int, int]], width: int) -> tuple[int, int]:
    """Where to cut: the spans that fit from the first on, and as much around them as fits."""
    if cell_len(text) <= width:
        return 0, len(text)
    room = max(width - 2 * cell_len(_CUT), 1)
    first, last = spans[0] if spans else (0, 0)
    for _, end in spans:
        if cell_len(text[first:end]) <= room:
            last = max(last, end)
    last = min(last, first + room)
    while cell_len(text[first:last]) > room:
        last -= 1
    left = room - cell_len(text[first:last])
    growing = True
    while growing:
        growing = False
        if first > 0 and (size := cell_len(text[first - 1])) <= left:
            first, left, growing = first - 1, left - size, True
        if last < len(text) and (size := cell_len(text[last])) <= left:
            last, left, growing = last + 1, left - size, True
    return first, last
