"""The scorer's contract and the values that pass through it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from detector.events import EventKind

Finder = Literal["model", "recogniser"]
MODEL: Finder = "model"
RECOGNISER: Finder = "recogniser"
"""Who may find a leak: the model, by what it learned, or an exact recogniser, by rule."""


class Span(NamedTuple):
    """A leak's place: half-open code points, its category, how sure the model is of it (0..1), and who found it."""

    category: str
    start: int
    end: int
    score: float
    found_by: tuple[Finder, ...] = (MODEL,)


class WindowScore(NamedTuple):
    """What the model says of one window: the calibrated probability of a leak, and where it sees one.

    The spans' offsets are code points of the text that was given to `Scorer.windows`. `cleared_after` is how
    many of the model's layers it took to find a window plainly clean, so that the rest was not asked: 0 where none was
    read, None where all were.
    """

    probability: float
    spans: tuple[Span, ...] = ()
    cleared_after: int | None = None

    @property
    def cleared(self) -> bool:
        """Whether the model was left early."""
        return self.cleared_after is not None


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of one text, encoded: token ids and each token's half-open code points in that text.

    `padded` is the length in tokens that the model will really compute. `recognised` are leaks by their form alone,
    which the model may confirm or overrule.
    """

    ids: Sequence[int] = field(repr=False)
    offsets: Sequence[tuple[int, int]] = field(repr=False)
    padded: int
    recognised: Sequence[Span] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Who is judging: the identity that verdicts carry, and the decision point per kind of event."""

    code: str
    version: str
    refresh: str
    thresholds: Mapping[EventKind, float]

    @property
    def identity(self) -> str:
        """The three names in one: a verdict id changes when any of them does."""
        return f"{self.code}/{self.version}/{self.refresh}"


class Scorer(Protocol):
    """A model. `windows` is called from one thread at a time, `score` from several at once.

    `score` returns one score per window, in order, and must not let a window's score depend on the others. It raises
    `detector.errors.Retry` where the same call may succeed later; anything else means that a window of the batch cannot
    be scored.
    """

    @property
    def card(self) -> ModelCard:
        """Who is judging."""

    def windows(self, text: str) -> Sequence[Window]:
        """Cut a prepared text into windows; a text without tokens gives none."""

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        """Score the windows."""
