"""A first look that clears what is plainly clean, so that most of a stream costs a third of the model.

It looks at the states that the model's own first layers make. What it does not clear goes on from there, to the very
scores that the whole model gives.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.model.backends import Backend
from detector.model.manifest import FirstStage
from detector.scoring import Window, WindowScore

STATES, LOOK = "states", "look"
"""What the first graph gives: `[rows, tokens, width]` that the rest goes on from, and the look's logits, `[rows, 1]`."""


class Together(NamedTuple):
    """Windows of one padded length: their places in what was asked for, and what a graph is fed for them."""

    places: Sequence[int]
    windows: Sequence[Window]
    feed: Mapping[str, NDArray[Any]]


class FirstLook:
    """Clears windows by the bundle's first graph."""

    def __init__(self, backend: Backend, plan: FirstStage) -> None:
        self._backend = backend
        self._clears = plan.clears

    def sieve(self, groups: Sequence[Together]) -> tuple[dict[int, WindowScore], list[Together]]:
        """The scores of what is cleared, by place, and what is left, fed with its states.

        A window in which an exact recogniser found a leak by its form is never cleared.
        """
        cleared: dict[int, WindowScore] = {}
        left: list[Together] = []
        answers = self._backend.run_all([STATES, LOOK], [group.feed for group in groups])
        for group, (states, look) in zip(groups, answers, strict=True):
            probabilities = _sigmoid(look[:, 0])
            kept = []
            for row, (place, window) in enumerate(zip(group.places, group.windows, strict=True)):
                if probabilities[row] < self._clears and not window.recognised:
                    cleared[place] = WindowScore(float(probabilities[row]), cleared=True)
                else:
                    kept.append(row)
            if kept:
                places, windows = [group.places[row] for row in kept], [group.windows[row] for row in kept]
                left.append(Together(places, windows, {STATES: states if len(kept) == len(states) else states[kept]}))
        return cleared, left

    def passed_on(self, group: Together) -> Together:
        """The group as the rest takes it, nothing cleared."""
        (states,) = self._backend.run([STATES], group.feed)
        return group._replace(feed={STATES: states})


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits.astype(np.float64), -60.0, 60.0))))
