"""The mistakes one by one: the surest first, and texts of the project's own alone."""

from collections.abc import Callable, Iterable, Sequence

from detector.evaluation.judging import Judgement
from detector.evaluation.report.markdown import literal
from detector.evaluation.results import Result

MOST = 20
Places = Sequence[tuple[int, int]]

_LONGEST = 600
"""Code points of a text that are shown, those around the place in question."""


def misses(result: Result) -> str:
    """Leaking texts that were not called, the least suspected first; leaks stand in bold."""
    found = sorted((result.judgements[n] for n in result.report.missed), key=lambda each: each.probability)
    return _list(found, own=result.group.own, places=lambda each: each.row.spans)


def false_alarms(result: Result) -> str:
    """Clean texts that were called, the most suspected first; the alleged evidence stands in bold."""
    found = sorted((result.judgements[n] for n in result.report.alarmed), key=lambda each: -each.probability)
    return _list(found, own=result.group.own, places=lambda each: [(span.start, span.end) for span in each.spans])


def _list(found: Sequence[Judgement], *, own: bool, places: Callable[[Judgement], Places]) -> str:
    if not found:
        return "None."
    lines = [_line(each) for each in found[:MOST]]
    if own:
        quotes = [_quoted(each.row.text, places(each)) for each in found[:MOST]]
        lines = [
            f"{line}{_about(each)}\n\n  > {quote}" for line, each, quote in zip(lines, found, quotes, strict=False)
        ]
    if len(found) > MOST:
        lines.append(f"- and {len(found) - MOST} more")
    return ("\n\n" if own else "\n").join(lines)


def _line(judgement: Judgement) -> str:
    return f"- {literal(judgement.row.where)}: {judgement.probability:.3f}"


def _about(judgement: Judgement) -> str:
    row = judgement.row
    return f" ({literal(', '.join((row.kind.value, row.lang, *row.category, *row.family)))})"


def _quoted(text: str, places: Places) -> str:
    """The text with the places in bold, cut around the first one where it is long."""
    spans = _merged(places)
    first = spans[0][0] if spans else 0
    begin = max(0, min(first - _LONGEST // 4, len(text) - _LONGEST))
    end = min(len(text), begin + _LONGEST)
    parts, position = ["... " if begin else ""], begin
    for start, stop in spans:
        if position <= start and stop <= end:
            parts += [_stretch(text[position:start]), f"**{literal(text[start:stop])}**"]
            position = stop
    parts += [_stretch(text[position:end]), " ..." if end < len(text) else ""]
    return "".join(parts)


def _stretch(text: str) -> str:
    """A stretch of a text, with the space at its ends that keeps it apart from what is next to it."""
    if not text.strip():
        return " " if text else ""
    return " " * text[0].isspace() + literal(text) + " " * text[-1].isspace()


def _merged(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged
