"""What stands in a row of the table."""

from collections.abc import Mapping
from dataclasses import dataclass

from detector.evaluation.judging import Judge
from detector.events import EventKind


@dataclass(frozen=True, slots=True)
class Contender:
    """A model that judges a whole text, in windows as they are served; `size` is what its weights take, in bytes.

    Without `thresholds` its weights are random: then it has a speed and a size, and nothing to be right about.
    """

    title: str
    size: int
    judge: Judge
    thresholds: Mapping[EventKind, float] | None
