"""Windows sorted into batches of like length, so that little is spent on padding."""

from collections.abc import Sequence
from random import Random

from detector.training.windows import Window

PADDING = 32
"""Batches are padded to a multiple of this: few shapes, because each new one costs the kernels some set-up."""

_JITTER = 0.15
"""How far a length may be misjudged when sorting, so that batches differ between rounds."""


def bucket(windows: Sequence[Window], tokens: int, seed: int) -> list[list[Window]]:
    """All windows, in batches of at most `tokens` padded tokens; order and mates depend on the seed alone."""
    rng = Random(seed)
    ordered = sorted(windows, key=lambda window: len(window.ids) * (1 + _JITTER * rng.random()))
    batches: list[list[Window]] = []
    current: list[Window] = []
    longest = 0
    for window in ordered:
        longest = max(longest, -(-len(window.ids) // PADDING) * PADDING)
        if current and longest * (len(current) + 1) > tokens:
            batches.append(current)
            current, longest = [], -(-len(window.ids) // PADDING) * PADDING
        current.append(window)
    if current:
        batches.append(current)
    rng.shuffle(batches)
    return batches
