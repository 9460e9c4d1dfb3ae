"""Who serves which model."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from detector.model.backends import BackendName

_BFLOAT16 = frozenset({"avx512_bf16", "amx_bf16"})


class Model(StrEnum):
    """DistilBERT-base's shape with random weights, window 512; or the bundle that the settings name."""

    BASE = "distilbert-base"
    SHIPPED = "shipped"


class Candidate(StrEnum):
    """A column of the tables."""

    PYTORCH = "pytorch-eager"
    PIPELINE = "transformers-pipeline"
    FP32 = "onnxruntime-fp32"
    ONNXRUNTIME = "detector/onnxruntime"
    OPENVINO = "detector/openvino"
    OPENVINO_BF16 = "detector/openvino-bf16"

    @property
    def backend(self) -> BackendName | None:
        """The product's backend that it is, if it is one."""
        return OURS.get(self)


class Subject(NamedTuple):
    """One row."""

    model: Model
    candidate: Candidate


OURS: Mapping[Candidate, BackendName] = {
    Candidate.ONNXRUNTIME: BackendName.ONNXRUNTIME,
    Candidate.OPENVINO: BackendName.OPENVINO,
    Candidate.OPENVINO_BF16: BackendName.OPENVINO,
}

OPTIONS: Mapping[Candidate, Mapping[str, str]] = {Candidate.OPENVINO_BF16: {"inference_precision_hint": "bf16"}}
"""What a backend is given besides; see `DETECTOR_PROVIDER__*`."""

LIBRARIES: Mapping[Candidate, Sequence[str]] = {
    Candidate.PYTORCH: ("torch", "transformers"),
    Candidate.PIPELINE: ("torch", "transformers"),
    Candidate.FP32: ("onnxruntime",),
    Candidate.ONNXRUNTIME: ("onnxruntime",),
    Candidate.OPENVINO: ("openvino",),
    Candidate.OPENVINO_BF16: ("openvino",),
}
"""What a candidate's process imports besides the product."""


class Kernel(StrEnum):
    """Who multiplies matrices for the limit: int8, 0 to 255 by -63 to 63, but for the last."""

    ONNXRUNTIME = "onnxruntime"
    ONNXRUNTIME_EXACT = "onnxruntime, sums never cut off"
    OPENVINO = "openvino"
    FP32 = "numpy, fp32"


MEASURES_LIMIT = ("onnx", "onnxruntime")

MAKES_BASE = ("torch", "transformers", "onnx")
"""What is needed to make the models of DistilBERT-base's shape, once."""

TRAIN, OPENVINO = (f"pip install 'contact-leak-detector[{extra}]'" for extra in ("train", "openvino"))
"""How to come by a library that is missing."""


def subjects(models: Sequence[Model], only: Sequence[Candidate]) -> list[Subject]:
    """Every candidate with DistilBERT-base; the shipped bundle, which none but the product reads, with its backends."""
    return [
        Subject(model, candidate)
        for model in models
        for candidate in only
        if model is Model.BASE or candidate.backend is not None
    ]


def suited(flags: Collection[str]) -> tuple[Candidate, ...]:
    """All candidates that a processor with these flags runs without emulating anything."""
    return tuple(each for each in Candidate if each is not Candidate.OPENVINO_BF16 or _BFLOAT16 & set(flags))
