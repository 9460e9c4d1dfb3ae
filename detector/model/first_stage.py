"""First looks that clear what is plainly clean, so that most of a stream costs a fraction of the model.

The first may look at the tokens alone, the others at the states that the model's own first layers make. What none of them
clears goes on from there, to the very scores that the whole model gives. Xin et al. 2020 (DeeBERT) leave a model early
likewise, at either answer; here only a clean one is given early, since a leak needs its evidence.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.model.backends import Backend
from detector.model.manifest import Look
from detector.scoring import Window, WindowScore

ENTERING, STATES, LOOK = "entering_states", "states", "look"
"""States `[rows, tokens, width]` that a graph goes on from, those that it gives, and its look's logits, `[rows, 1]`.

The graph of a look before the first layer gives its logits alone, and what it leaves goes on from its tokens.
"""

FAR_BELOW = 0.2
"""A look clears up to this share of the lowest threshold at most: whoever lowers that wants to see what is doubtful, and
with its evidence."""


class Together(NamedTuple):
    """Windows of one padded length: their places in what was asked for, and what a graph is fed for them."""

    places: Sequence[int]
    windows: Sequence[Window]
    feed: Mapping[str, NDArray[Any]]


class FirstLook:
    """Clears windows by one graph, below the probability that the look's plan names and far below the lowest `threshold`."""

    def __init__(self, backend: Backend, plan: Look, threshold: float) -> None:
        self._backend = backend
        self._layers = plan.layers
        self._outputs = [STATES, LOOK] if plan.layers else [LOOK]
        self._clears = min(plan.clears, FAR_BELOW * threshold)

    def sieve(self, groups: Sequence[Together]) -> tuple[dict[int, WindowScore], list[Together]]:
        """The scores of what is cleared, by place, and what is left, fed with its states if there are any yet.

        A window in which an exact recogniser found a leak by its form is never cleared.
        """
        cleared: dict[int, WindowScore] = {}
        left: list[Together] = []
        answers = self._backend.run_all(self._outputs, [group.feed for group in groups])
        for group, (*states, look) in zip(groups, answers, strict=True):
            probabilities = _sigmoid(look[:, 0])
            kept = []
            for row, (place, window) in enumerate(zip(group.places, group.windows, strict=True)):
                if probabilities[row] < self._clears and not window.recognised:
                    cleared[place] = WindowScore(float(probabilities[row]), cleared_after=self._layers)
                else:
                    kept.append(row)
            if kept:
                left.append(_rows(_onward(group, states), kept))
        return cleared, left

    def passed_on(self, group: Together) -> Together:
        """The group as the next graph takes it, nothing cleared."""
        *states, _ = self._backend.run(self._outputs, group.feed)
        return _onward(group, states)


class FirstLooks:
    """One look after the other, each at what those before it left."""

    def __init__(self, looks: Sequence[FirstLook]) -> None:
        self._looks = looks

    def sieve(self, groups: Sequence[Together]) -> tuple[dict[int, WindowScore], Sequence[Together]]:
        """The scores of what any of them clears, by place, and what is left for the rest of the model."""
        scores: dict[int, WindowScore] = {}
        for look in self._looks:
            if not groups:
                break
            cleared, groups = look.sieve(groups)
            scores |= cleared
        return scores, groups

    def passed_on(self, group: Together) -> Together:
        """The group as the rest takes it, nothing cleared."""
        for look in self._looks:
            group = look.passed_on(group)
        return group


def _onward(group: Together, states: Sequence[NDArray[np.float32]]) -> Together:
    """The group, fed with the states that a look's graph gave, if it gave any."""
    return group._replace(feed={ENTERING: states[0]}) if states else group


def _rows(group: Together, kept: Sequence[int]) -> Together:
    places, windows = [group.places[row] for row in kept], [group.windows[row] for row in kept]
    all_kept = len(kept) == len(group.places)
    return Together(places, windows, group.feed if all_kept else {name: fed[kept] for name, fed in group.feed.items()})


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits.astype(np.float64), -60.0, 60.0))))
