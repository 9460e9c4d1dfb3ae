"""What every session of ONNX Runtime tells of its graph, whichever provider runs it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime as ort

from detector.model.backends.backend import Answer, Feed

_INTEGER_TYPES: dict[str, type[np.integer[Any]]] = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}


def inputs_of(session: ort.InferenceSession) -> Mapping[str, type[np.integer[Any]] | None]:
    """See `Backend.inputs`."""
    return {each.name: _INTEGER_TYPES.get(each.type) for each in session.get_inputs()}


def outputs_of(session: ort.InferenceSession) -> Mapping[str, int]:
    """See `Backend.outputs`."""
    widths = {each.name: each.shape[-1] for each in session.get_outputs()}
    return {name: width if isinstance(width, int) else 0 for name, width in widths.items()}


def run(session: ort.InferenceSession, outputs: Sequence[str], feed: Feed) -> Answer:
    """See `Backend.run`."""
    return list(session.run(list(outputs), dict(feed)))
