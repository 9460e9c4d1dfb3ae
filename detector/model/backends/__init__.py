"""What runs a bundle's graph: ONNX Runtime, or OpenVINO where its extra is installed.

A backend is opened once, tells the graph's inputs and outputs, and runs it. The scorer around it is the same for all.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray


class BackendName(StrEnum):
    """What `DETECTOR_BACKEND` may say."""

    ONNXRUNTIME = "onnxruntime"
    OPENVINO = "openvino"


class Backend(Protocol):
    """A loaded graph. `run` may be called from several threads."""

    @property
    def inputs(self) -> Mapping[str, type[np.integer[Any]] | None]:
        """Name of each input to its integer type; None for one that takes no integers."""

    @property
    def outputs(self) -> Mapping[str, int]:
        """Name of each output to the length of its last axis; 0 where that is not fixed."""

    def run(self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """The named outputs, in that order, in memory of the caller's own."""


def open_backend(name: BackendName, model: Path, threads: int) -> Backend:
    """Loads the graph in `model` for `threads` threads.

    Raises `Misconfigured` where the graph cannot be loaded, or the backend's extra is not installed.
    """
    # Each library is heavy to import, and one of them may be missing.
    if name is BackendName.OPENVINO:
        from detector.model.backends.openvino import OpenVino  # noqa: PLC0415

        return OpenVino(model, threads)
    from detector.model.backends.onnx_runtime import OnnxRuntime  # noqa: PLC0415

    return OnnxRuntime(model, threads)
