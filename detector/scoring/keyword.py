"""A deterministic stand-in for the model: it flags a few plain forms, needs no weights, and never surprises a test."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from detector.events import EventKind
from detector.scoring.model import ModelCard, Span, Window, WindowScore
from detector.windows import spans

_TOKEN = re.compile(r"\S+")
_PLAIN_LEAKS = (
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("url", re.compile(r"https?://\S+|www\.\S+")),
    ("phone", re.compile(r"\+?\d(?:[ .-]?\d){8,14}")),
)

LEAK_PROBABILITY = 0.99
CLEAN_PROBABILITY = 0.01


@dataclass(frozen=True, slots=True)
class KeywordWindow(Window):
    """A window that keeps its stretch of text, as this scorer reads text instead of ids."""

    text: str = field(default="", repr=False)


class KeywordScorer:
    """Finds plainly written e-mail addresses, links and phone numbers; every token is a word.

    Meant for tests, for trying the flow without a bundle, and for measuring the engine without a model.
    """

    def __init__(self, size: int = 64, overlap: int = 16) -> None:
        self._size = size
        self._overlap = overlap
        self.card = ModelCard(
            code="KeywordScorer",
            version="1.0",
            refresh="v20261121",
            thresholds={EventKind.LISTING_UPDATE: 0.5, EventKind.BOOKING: 0.5},
        )

    def windows(self, text: str) -> Sequence[KeywordWindow]:
        """Overlapping windows of at most `size` words."""
        words = [match.span() for match in _TOKEN.finditer(text)]
        return [
            KeywordWindow(
                ids=(),
                offsets=words[first:last],
                padded=last - first,
                text=text[words[first][0] : words[last - 1][1]],
            )
            for first, last in spans(len(words), self._size, self._overlap)
        ]

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        """Score each window by itself; it takes its own windows only."""
        return [_score(window) for window in windows]


def _score(window: Window) -> WindowScore:
    if not isinstance(window, KeywordWindow):
        raise TypeError("KeywordScorer scores only the windows that it cut itself")
    start = window.offsets[0][0]
    found = tuple(
        Span(category, start + match.start(), start + match.end(), LEAK_PROBABILITY)
        for category, pattern in _PLAIN_LEAKS
        for match in pattern.finditer(window.text)
    )
    return WindowScore(LEAK_PROBABILITY if found else CLEAN_PROBABILITY, found)
