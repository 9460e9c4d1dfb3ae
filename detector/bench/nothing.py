"""A scorer that costs nothing, so that the engine alone is seen."""

from collections.abc import Sequence

from detector.events import EventKind
from detector.scoring import ModelCard, Window, WindowScore

_CLEAN = WindowScore(0.0)
PADDING_MULTIPLE = 16


class NoScorer:
    """Every text is one window, and clean."""

    def __init__(self) -> None:
        self.card = ModelCard(
            code="None",
            version="1.0",
            refresh="v20261121",
            thresholds={EventKind.LISTING_UPDATE: 0.5, EventKind.BOOKING: 0.5},
        )

    def windows(self, text: str) -> Sequence[Window]:
        """One, as long as the text has words, padded as the shipped model's are, so that batches form as they would."""
        return [Window(ids=(), offsets=((0, len(text)),), padded=_padded(text.count(" ") + 1))] if text else []

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        """Nothing is looked at."""
        return [_CLEAN] * len(windows)


def _padded(words: int) -> int:
    return -(-words // PADDING_MULTIPLE) * PADDING_MULTIPLE
