"""One bad window must not take its batch with it: a failing batch is halved until the culprit stands alone."""

from collections.abc import Sequence
from typing import NamedTuple

from detector.errors import Retry
from detector.scoring.model import Scorer, Window, WindowScore


class ModelFailure(NamedTuple):
    """The model could not score a window by itself; `error` is the exception's class name, never its message."""

    error: str


Scored = WindowScore | ModelFailure


def score_each(scorer: Scorer, windows: Sequence[Window]) -> list[Scored]:
    """One result per window, in order; what fails even alone becomes a `ModelFailure`.

    A batch of n windows with one bad one costs about 2 log2(n) calls more. `Retry` passes through: its cause is not
    in the windows.
    """
    try:
        scores = scorer.score(windows)
    except Retry:
        raise
    except Exception as error:  # noqa: BLE001 - a native runtime raises what it likes; the window is to blame
        if len(windows) == 1:
            return [ModelFailure(type(error).__name__)]
        middle = len(windows) // 2
        return score_each(scorer, windows[:middle]) + score_each(scorer, windows[middle:])
    if len(scores) != len(windows):
        raise AssertionError(f"the scorer gave {len(scores)} scores for {len(windows)} windows")
    return [score if _is_sound(score) else ModelFailure("NotAProbability") for score in scores]


def _is_sound(score: WindowScore) -> bool:
    """Whether all of it are probabilities; a comparison with what is no number is false."""
    return 0.0 <= score.probability <= 1.0 and all(0.0 <= span.score <= 1.0 for span in score.spans)
