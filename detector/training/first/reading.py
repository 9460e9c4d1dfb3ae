"""What the pieces of a bundle's graph make of windows."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import nan
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.model.backends import BackendName, open_backend
from detector.model.bundle import Bundle
from detector.model.first_stage import ENTERING, LOOK, STATES
from detector.model.manifest import MODEL_FILE, REST_FILE, look_file
from detector.model.onnx_scorer import LEAK_LOGITS
from detector.model.threads import usable_cpus
from detector.training.calibrate import sigmoid
from detector.training.network import OWN_PADDING, pad
from detector.training.windows import Window

_TOGETHER = 16
_NONE = np.empty((0, 0), np.float16)


class Reading(NamedTuple):
    """One window: the states `[tokens, width]` at each look, and the probabilities that the looks and the whole model give.

    Without a look its probability is nan. Of a look before the first layer there are no states, nor of any if they were not
    kept.
    """

    states: Sequence[NDArray[np.float16]]
    looks: Sequence[float]
    whole: float


class Graphs:
    """The graphs up to looks after so many `layers`, learnt already or not, and the rest of a bundle's model."""

    def __init__(self, bundle: Bundle, layers: Sequence[int]) -> None:
        self._calibration = bundle.manifest.calibration
        files = [*(look_file(number) for number in layers), REST_FILE if layers else MODEL_FILE]
        *self._firsts, self._rest = (
            open_backend(
                BackendName.ONNXRUNTIME, bundle.path / name, usable_cpus(), narrow_sums=bundle.manifest.narrowSums
            )
            for name in files
        )

    def read(self, windows: Sequence[Window], *, keep_states: bool = True) -> list[Reading]:
        """A reading for each window, in order; of many the states would not fit into memory."""
        readings: dict[int, Reading] = {}
        order = sorted(range(len(windows)), key=lambda index: _padded(windows[index]))
        for _, group in groupby(order, key=lambda index: _padded(windows[index])):
            alike = list(group)
            for start in range(0, len(alike), _TOGETHER):
                places = alike[start : start + _TOGETHER]
                read = self._together([windows[place] for place in places], keep_states=keep_states)
                readings.update(zip(places, read, strict=True))
        return [readings[index] for index in range(len(windows))]

    def _together(self, windows: Sequence[Window], *, keep_states: bool) -> Iterator[Reading]:
        feed = {"input_ids": pad(windows, OWN_PADDING)["input_ids"].numpy()}
        states: list[Sequence[NDArray[np.float16]]] = []
        looks: list[Sequence[float]] = []
        for graph in self._firsts:
            names = [name for name in (STATES, LOOK) if name in graph.outputs]
            given = dict(zip(names, graph.run(names, feed), strict=True))
            looks.append(sigmoid(given[LOOK][:, 0]).tolist() if LOOK in given else [nan] * len(windows))
            if STATES in given:
                feed = {ENTERING: given[STATES]}
            kept = keep_states and STATES in given
            states.append(list(given[STATES].astype(np.float16)) if kept else [_NONE] * len(windows))
        (logits,) = self._rest.run([LEAK_LOGITS], feed)
        margins = (logits[:, 1] - logits[:, 0]) / self._calibration.temperature + self._calibration.bias
        for row, whole in enumerate(sigmoid(margins).tolist()):
            yield Reading([each[row] for each in states], [each[row] for each in looks], whole)


def _padded(window: Window) -> int:
    return -(-len(window.ids) // OWN_PADDING)
