"""ONNX Runtime's providers for GPUs of NVIDIA's: CUDA, and TensorRT before it.

Neither has been run on a GPU by those who wrote this; what is tested are the options, the shapes and the refusals.
"""

import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import platformdirs
from numpy.typing import NDArray

from detector.errors import Misconfigured
from detector.model.backends.backend import Answer, BackendName, Feed
from detector.model.backends.session import inputs_of, outputs_of, run

ROWS = 32
"""Every run has so many rows, filled up with copies of its first. cuBLAS and TensorRT choose a kernel by the shape, and
two kernels round differently: with one shape for each length a score does not depend on how many texts came with it."""

SHORTEST = 16
CUDA, TENSORRT = "CUDAExecutionProvider", "TensorrtExecutionProvider"
_REFUSED = ("enable_cuda_graph", "trt_cuda_graph_enable")
_INSTALL = (
    "Install it in place of the CPU's, as both are the module onnxruntime: pip install 'contact-leak-detector[gpu]', then "
    "pip uninstall --yes onnxruntime onnxruntime-gpu, then pip install --no-deps onnxruntime-gpu."
)


class Nvidia:
    """A graph on a GPU; see `Backend`. It never falls back to the CPU."""

    def __init__(self, name: BackendName, model: Path, longest: int, options: Mapping[str, str]) -> None:
        wanted = [TENSORRT, CUDA] if name is BackendName.TENSORRT else [CUDA]
        _check_installed(wanted)
        self._session = _session(model, _configured(wanted, _inputs(model), longest, options))
        if missing := set(wanted) - set(self._session.get_providers()):
            raise Misconfigured(
                f"{min(missing)} does not load, and ONNX Runtime would run the model on the CPU. What it lacks stands "
                "in its own lines above. It needs NVIDIA's driver (nvidia-smi), CUDA and cuDNN of the version that it "
                "names, and TensorRT 10 for the backend tensorrt."
            )

    @property
    def inputs(self) -> Mapping[str, type[np.integer[Any]] | None]:
        """See `Backend`."""
        return inputs_of(self._session)

    @property
    def outputs(self) -> Mapping[str, int]:
        """See `Backend`."""
        return outputs_of(self._session)

    def run(self, outputs: Sequence[str], feed: Feed) -> Answer:
        """See `Backend`."""
        rows = len(next(iter(feed.values())))
        parts = [self._run_full(outputs, feed, slice(first, first + ROWS)) for first in range(0, rows, ROWS)]
        return parts[0] if len(parts) == 1 else [np.concatenate(each) for each in zip(*parts, strict=True)]

    def run_all(self, outputs: Sequence[str], feeds: Sequence[Feed]) -> list[Answer]:
        """See `Backend`."""
        return [self.run(outputs, feed) for feed in feeds]

    def _run_full(self, outputs: Sequence[str], feed: Feed, rows: slice) -> Answer:
        chosen = {name: value[rows] for name, value in feed.items()}
        there = len(next(iter(chosen.values())))
        filled = {name: _filled(value) for name, value in chosen.items()}
        return [answer[:there] for answer in run(self._session, outputs, filled)]


def provider_options(provider: str, inputs: Sequence[str], longest: int) -> dict[str, str]:
    """The options that a provider is given unless others are set."""
    if provider == CUDA:
        return {
            # Lengths vary: growing by powers of two would take memory that is never used.
            "arena_extend_strategy": "kSameAsRequested",
            # TF32 keeps 10 bits of a factor: fp32 scores would not be those of a CPU.
            "use_tf32": "0",
        }
    cache = str(platformdirs.user_cache_path("contact-leak-detector") / "tensorrt")

    def shapes(tokens: int) -> str:
        return ",".join(f"{name}:{ROWS}x{tokens}" for name in inputs)

    return {
        "trt_fp16_enable": "1",
        # A norm's sum of squares overflows fp16.
        "trt_layer_norm_fp32_fallback": "1",
        # An engine takes minutes to build and is kept by GPU and graph.
        "trt_engine_cache_enable": "1",
        "trt_engine_cache_path": cache,
        "trt_timing_cache_enable": "1",
        "trt_timing_cache_path": cache,
        "trt_context_memory_sharing_enable": "1",
        # Without a profile a length that is seen for the first time would have the engine built anew.
        "trt_profile_min_shapes": shapes(SHORTEST),
        "trt_profile_opt_shapes": shapes(longest),
        "trt_profile_max_shapes": shapes(longest),
    }


def _configured(
    wanted: Sequence[str], inputs: Sequence[str], longest: int, options: Mapping[str, str]
) -> list[tuple[str, dict[str, str]]]:
    """Providers with their options: those given go to TensorRT if their names begin so, else to CUDA."""
    for name in options:
        if name in _REFUSED:
            raise Misconfigured(
                f"DETECTOR_PROVIDER__{name.upper()} is refused: a CUDA graph replays the shape that it was recorded "
                "with, and the lengths of windows differ from run to run."
            )
        if name.startswith("trt_") and TENSORRT not in wanted:
            raise Misconfigured(f"DETECTOR_PROVIDER__{name.upper()} is an option of the backend tensorrt, not of cuda.")

    def given(provider: str) -> dict[str, str]:
        return {name: value for name, value in options.items() if name.startswith("trt_") == (provider == TENSORRT)}

    return [(each, {**provider_options(each, inputs, longest), **given(each)}) for each in wanted]


def _check_installed(wanted: Sequence[str]) -> None:
    there = ort.get_available_providers()
    if missing := [provider for provider in wanted if provider not in there]:
        raise Misconfigured(f"The ONNX Runtime that is installed has no {missing[0]}. {_INSTALL}")
    # The libraries come as packages too, where no loader looks for them. What it prints is no part of any output.
    with redirect_stdout(sys.stderr):
        ort.preload_dlls()
    if TENSORRT in wanted and find_spec("tensorrt"):
        import_module("tensorrt")


def _inputs(model: Path) -> list[str]:
    """The names of the graph's inputs, which TensorRT's profile needs before its session is made."""
    return list(inputs_of(_session(model, [("CPUExecutionProvider", {})])))


def _session(model: Path, providers: Sequence[tuple[str, dict[str, str]]]) -> ort.InferenceSession:
    try:
        return ort.InferenceSession(str(model), providers=list(providers), enable_fallback=0)
    except Exception as error:  # noqa: BLE001 - ONNX Runtime's exceptions have no common base
        reason = " ".join(str(error).split())
        raise Misconfigured(
            f"{model} cannot be loaded on {providers[0][0]} ({reason}). Install what it names, mend "
            "DETECTOR_PROVIDER__* where an option is at fault, or export the bundle anew where the file is."
        ) from None


def _filled(rows: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([rows, np.repeat(rows[:1], ROWS - len(rows), axis=0)])
