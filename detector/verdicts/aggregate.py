"""From the scores of an attribute's windows to the attribute's score and its evidence."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from detector.scoring import Span, WindowScore
from detector.text import Prepared


class AttributeScore(NamedTuple):
    """An attribute's probability of a leak, and the leaks in code points of its original text."""

    name: str
    probability: float
    spans: tuple[Span, ...]


def attribute_score(name: str, prepared: Prepared, scores: Sequence[WindowScore]) -> AttributeScore:
    """The highest window decides; spans of one category that overlap or touch are one leak.

    A text without windows (no tokens) is clean.
    """
    probability = max([score.probability for score in scores], default=0.0)
    found = [span for score in scores for span in score.spans]
    if not found:
        return AttributeScore(name, probability, ())
    original = (
        Span(span.category, *prepared.to_original(span.start, span.end), span.score, span.found_by)
        for span in found
        if span.end > span.start
    )
    return AttributeScore(name, probability, tuple(merged(original)))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans in text order; those of one category that overlap or touch are joined.

    They keep the higher score, and all who found them.
    """
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.category, span.start, span.end)):
        last = joined[-1] if joined else None
        if last is not None and span.category == last.category and span.start <= last.end:
            joined[-1] = _joined(last, span)
        else:
            joined.append(span)
    return sorted(joined, key=lambda span: (span.start, span.end, span.category))


def _joined(left: Span, right: Span) -> Span:
    found_by = tuple(sorted({*left.found_by, *right.found_by}))
    return Span(left.category, left.start, max(left.end, right.end), max(left.score, right.score), found_by)
