"""Scorers that fail and an observer that remembers."""

from detector.observing import BatchScored, EventJudged, EventRejected, NullObserver, StageTimed, WindowsRecalled
from detector.scoring import KeywordScorer, Window, WindowScore


class TokenizerFails(KeywordScorer):
    def windows(self, text: str) -> list[Window]:  # type: ignore[override]
        raise RuntimeError(f"cannot tokenize {text}")


class ModelFails(KeywordScorer):
    def score(self, windows: object) -> list[WindowScore]:
        raise RuntimeError(f"cannot score {windows}")


class Watching(NullObserver):
    def __init__(self) -> None:
        self.facts: list[object] = []

    def timed(self, fact: StageTimed) -> None:
        self.facts.append(fact)

    def scored(self, fact: BatchScored) -> None:
        self.facts.append(fact)

    def recalled(self, fact: WindowsRecalled) -> None:
        self.facts.append(fact)

    def judged(self, fact: EventJudged) -> None:
        self.facts.append(fact)

    def rejected(self, fact: EventRejected) -> None:
        self.facts.append(fact)
