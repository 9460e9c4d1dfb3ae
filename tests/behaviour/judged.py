"""What the shipped bundle says about a text."""

from collections.abc import Mapping
from dataclasses import dataclass

from detector.evaluation.judging import Judge
from detector.events import EventKind
from detector.scoring import Span

CLEAR = 0.3
"""A change of the score that is more than noise."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """The judge with the thresholds of its card."""

    judge: Judge
    thresholds: Mapping[EventKind, float]

    def score(self, text: str) -> float:
        """The calibrated probability of a leak."""
        return self.judge(text)[0]

    def calls(self, text: str, kind: EventKind) -> bool:
        """Whether a text of this kind is Fraud: from its kind's threshold on, as in a verdict."""
        return self.score(text) >= self.thresholds[kind]

    def evidence(self, text: str, kind: EventKind) -> tuple[Span, ...]:
        """The evidence that a verdict would show: none below the threshold."""
        score, spans = self.judge(text)
        return tuple(spans) if score >= self.thresholds[kind] else ()

    def clears(self, dirty: str, clean: str, kind: EventKind) -> bool:
        """Whether the clean text scores clearly below the dirty one, or falls out of what is called."""
        high, low = self.score(dirty), self.score(clean)
        return low < high and (low < self.thresholds[kind] or high - low >= CLEAR)
