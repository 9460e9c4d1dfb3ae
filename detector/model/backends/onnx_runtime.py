"""ONNX Runtime's CPU provider: the default backend."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from detector.errors import Misconfigured

_INTEGER_TYPES: dict[str, type[np.integer[Any]]] = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}


class OnnxRuntime:
    """A graph under ONNX Runtime; see `Backend`."""

    def __init__(self, model: Path, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
        # Lengths vary from run to run: a memory plan per shape would grow without bound.
        options.enable_mem_pattern = False
        # A spinning pool takes the cores from the Kafka client between batches.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # A processor with AVX2 or AVX-512 but no VNNI would add int8 terms in 16 bits, cut off what does not fit, and give
        # other scores than one with VNNI. Where there is VNNI this changes nothing.
        options.add_session_config_entry("session.x64quantprecision", "1")
        try:
            self._session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # noqa: BLE001 - ONNX Runtime's exceptions have no common base
            raise Misconfigured(f"{model} cannot be loaded ({error}). Export the bundle anew.") from None

    @property
    def inputs(self) -> Mapping[str, type[np.integer[Any]] | None]:
        """See `Backend`."""
        return {each.name: _INTEGER_TYPES.get(each.type) for each in self._session.get_inputs()}

    @property
    def outputs(self) -> Mapping[str, int]:
        """See `Backend`."""
        widths = {each.name: each.shape[-1] for each in self._session.get_outputs()}
        return {name: width if isinstance(width, int) else 0 for name, width in widths.items()}

    def run(self, outputs: Sequence[str], feed: Mapping[str, NDArray[Any]]) -> list[NDArray[Any]]:
        """See `Backend`."""
        return list(self._session.run(list(outputs), dict(feed)))
