"""What the two graphs of a bundle make of windows."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.model.backends import BackendName, open_backend
from detector.model.bundle import Bundle
from detector.model.first_stage import LOOK, STATES
from detector.model.onnx_scorer import LEAK_LOGITS
from detector.model.threads import usable_cpus
from detector.training.calibrate import sigmoid
from detector.training.network import OWN_PADDING, pad
from detector.training.windows import Window

_TOGETHER = 16


class Reading(NamedTuple):
    """One window: the first layers' states `[tokens, width]`, and the probabilities that the look and the whole model give.

    Without a look its probability is nan.
    """

    states: NDArray[np.float16]
    look: float
    whole: float


class Graphs:
    """`first.onnx` and `rest.onnx` of a bundle, its look or none among them."""

    def __init__(self, bundle: Bundle) -> None:
        self._calibration = bundle.manifest.calibration
        self._first, self._rest = (
            open_backend(BackendName.ONNXRUNTIME, graph, usable_cpus(), narrow_sums=bundle.manifest.narrowSums)
            for graph in (bundle.first_file, bundle.rest_file)
        )

    def read(self, windows: Sequence[Window]) -> list[Reading]:
        """A reading for each window, in order."""
        readings: dict[int, Reading] = {}
        order = sorted(range(len(windows)), key=lambda index: _padded(windows[index]))
        for _, group in groupby(order, key=lambda index: _padded(windows[index])):
            alike = list(group)
            for start in range(0, len(alike), _TOGETHER):
                places = alike[start : start + _TOGETHER]
                readings.update(zip(places, self._together([windows[place] for place in places]), strict=True))
        return [readings[index] for index in range(len(windows))]

    def _together(self, windows: Sequence[Window]) -> Iterator[Reading]:
        asked = [name for name in (STATES, LOOK) if name in self._first.outputs]
        feed = {"input_ids": pad(windows, OWN_PADDING)["input_ids"].numpy()}
        states, *looked = self._first.run(asked, feed)
        (logits,) = self._rest.run([LEAK_LOGITS], {STATES: states})
        margins = (logits[:, 1] - logits[:, 0]) / self._calibration.temperature + self._calibration.bias
        looks = sigmoid(looked[0][:, 0]).tolist() if looked else [nan] * len(windows)
        yield from map(Reading, states.astype(np.float16), looks, sigmoid(margins).tolist())


def _padded(window: Window) -> int:
    return -(-len(window.ids) // OWN_PADDING)
