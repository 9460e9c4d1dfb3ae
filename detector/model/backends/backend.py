"""What a backend is to the scorer, and what `DETECTOR_BACKEND` may name."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Feed = Mapping[str, NDArray[Any]]
Answer = list[NDArray[Any]]


class BackendName(StrEnum):
    """What `DETECTOR_BACKEND` may say."""

    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"
    CUDA = "cuda"
    TENSORRT = "tensorrt"


ON_GPU = frozenset({BackendName.CUDA, BackendName.TENSORRT})
"""The backends that take options of an execution provider."""


class Backend(Protocol):
    """A loaded graph. `run` may be called from several threads."""

    @property
    def inputs(self) -> Mapping[str, type[np.integer[Any]] | None]:
        """Name of each input to its integer type; None for one that takes no integers."""

    @property
    def outputs(self) -> Mapping[str, int]:
        """Name of each output to the length of its last axis; 0 where that is not fixed."""

    def run(self, outputs: Sequence[str], feed: Feed) -> Answer:
        """The named outputs, in that order, in memory of the caller's own."""

    def run_all(self, outputs: Sequence[str], feeds: Sequence[Feed]) -> list[Answer]:
        """What `run` gives for each of several feeds, in the time that suits the backend best."""
