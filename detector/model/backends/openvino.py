"""OpenVINO's CPU device: faster products and attention than ONNX Runtime's where the processor has VNNI or AMX.

Without either its int8 products add neighbouring terms in 16 bits, with no setting against it (2026.4). A bundle whose
sums are narrow (see the manifest) loses nothing by that; with another one scores shift there, and ONNX Runtime is the
backend to use.
"""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from detector.errors import Misconfigured
from detector.model.backends.backend import Answer, Feed

_THREADS = "INFERENCE_NUM_THREADS"
_INTEGER_TYPES: dict[str, type[np.integer[Any]]] = {"i64": np.int64, "i32": np.int32}


class OpenVino:
    """A graph under OpenVINO; see `Backend`. Runs wait for each other: a request holds one run's memory.

    `options` are properties of its CPU device, in letters of any size.
    """

    def __init__(self, model: Path, threads: int, options: Mapping[str, str] | None = None) -> None:
        if find_spec("openvino") is None:
            raise Misconfigured(
                "The backend openvino is not installed. Install it with pip install 'contact-leak-detector[openvino]', "
                "or leave DETECTOR_BACKEND at onnxruntime."
            )
        import openvino  # noqa: PLC0415 - an extra

        core = openvino.Core()
        config = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            # bfloat16, the default where the processor has it, would make scores depend on the machine.
            "INFERENCE_PRECISION_HINT": "f32",
            # Pinned threads would share their cores with the Kafka client's and could not move away.
            "ENABLE_CPU_PINNING": False,
            **_accepted(core, options or {}),
        }
        try:
            self._compiled = core.compile_model(str(model), "CPU", config)
        except RuntimeError as error:
            reason = " ".join(str(error).split())
            mend = "Look at DETECTOR_PROVIDER__*, or export the bundle anew." if options else "Export the bundle anew."
            raise Misconfigured(f"{model} cannot be loaded ({reason}). {mend}") from None
        self._request = self._compiled.create_infer_request()
        self._free = Lock()

    @property
    def inputs(self) -> Mapping[str, type[np.integer[Any]] | None]:
        """See `Backend`."""
        return {
            each.get_any_name(): _INTEGER_TYPES.get(each.get_element_type().get_type_name())
            for each in self._compiled.inputs
        }

    @property
    def outputs(self) -> Mapping[str, int]:
        """See `Backend`."""
        widths = {each.get_any_name(): each.get_partial_shape()[-1] for each in self._compiled.outputs}
        return {name: width.get_length() if width.is_static else 0 for name, width in widths.items()}

    def run(self, outputs: Sequence[str], feed: Feed) -> Answer:
        """See `Backend`."""
        with self._free:
            results = self._request.infer(dict(feed))
            return [np.array(results[name]) for name in outputs]

    def run_all(self, outputs: Sequence[str], feeds: Sequence[Feed]) -> list[Answer]:
        """See `Backend`."""
        return [self.run(outputs, feed) for feed in feeds]


def _accepted(core: Any, options: Mapping[str, str]) -> dict[str, str]:
    """The options under OpenVINO's names; raises `Misconfigured` for one that it has not, or that this processor cannot."""
    given = {name.upper(): value for name, value in options.items()}
    if _THREADS in given:
        raise Misconfigured(f"DETECTOR_PROVIDER__{_THREADS} would be a second DETECTOR_THREADS: set that one.")
    writable = {name for name, access in core.get_property("CPU", "SUPPORTED_PROPERTIES").items() if access != "RO"}
    if unknown := sorted(given.keys() - writable):
        raise Misconfigured(
            f"OpenVINO's CPU device has no property {unknown[0]}: leave DETECTOR_PROVIDER__{unknown[0]} out. "
            f"It has {', '.join(sorted(writable - {_THREADS}))}."
        )
    precision = given.get("INFERENCE_PRECISION_HINT", "f32").upper()
    if precision == "BF16" and precision not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise Misconfigured(
            "This processor has no bfloat16, which OpenVINO would emulate, slowly: leave "
            "DETECTOR_PROVIDER__INFERENCE_PRECISION_HINT out."
        )
    return given
