"""What runs a bundle's graph: ONNX Runtime on the CPU or a GPU of NVIDIA's, or OpenVINO where its extra is installed.

A backend is opened once, tells the graph's inputs and outputs, and runs it. The scorer around it is the same for all.
"""

from collections.abc import Mapping
from pathlib import Path

from detector.errors import Misconfigured
from detector.model.backends.backend import ON_GPU, Backend, BackendName

__all__ = ["ON_GPU", "Backend", "BackendName", "open_backend"]


def open_backend(
    name: BackendName,
    model: Path,
    threads: int,
    *,
    longest: int = 512,
    narrow_sums: bool = False,
    options: Mapping[str, str] | None = None,
) -> Backend:
    """Loads the graph in `model` for `threads` threads and windows of up to `longest` tokens.

    `narrow_sums` says that two neighbouring terms of an int8 product fit 16 bits, see the manifest. `options` are those
    of the execution provider of a backend `ON_GPU`, or properties of OpenVINO's CPU device. Raises `Misconfigured` where
    the graph cannot be loaded, an option is not taken, or what the backend needs is not installed.
    """
    if options and name is BackendName.ONNXRUNTIME:
        raise Misconfigured(
            f"DETECTOR_PROVIDER__* is for the backends openvino, cuda and tensorrt; {name} takes no such option."
        )
    # Each library is heavy to import, and one of them may be missing.
    if name is BackendName.OPENVINO:
        from detector.model.backends.openvino import OpenVino  # noqa: PLC0415

        return OpenVino(model, threads, options)
    if name in ON_GPU:
        from detector.model.backends.nvidia import Nvidia  # noqa: PLC0415

        return Nvidia(name, model, longest, options or {})
    from detector.model.backends.onnx_runtime import OnnxRuntime  # noqa: PLC0415

    return OnnxRuntime(model, threads, narrow_sums=narrow_sums)
