"""Who is compared: this product, and what a user would pick instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from detector.settings import Delivery
from detector.settings.model import PREFIX

_DELIVERY, _CACHE = f"{PREFIX}DELIVERY", f"{PREFIX}CACHE_WINDOWS"


class Race(StrEnum):
    """What is asked of a contender: to judge the realistic mix; or to read and write 300-byte events, without a model."""

    MODEL = "model"
    ENGINE = "engine"


class Contender(StrEnum):
    """A line of the tables."""

    PRODUCT = "detector"
    PRODUCT_UNCACHED = "detector-no-cache"
    PRODUCT_AT_LEAST_ONCE = "detector-at-least-once"
    HF_PIPELINE = "hf-pipeline"
    HF_PIPELINE_BASE = "hf-pipeline-base"
    PADDED_ONNX = "padded-onnxruntime"
    PRESIDIO = "presidio"
    QUIX = "quix"
    QUIX_EXACTLY_ONCE = "quix-exactly-once"
    FAUST_TAKE = "faust-take"

    @property
    def ours(self) -> bool:
        """Whether it is this product."""
        return self in SETTINGS

    @property
    def heading(self) -> str:
        """What it is called beside its promise."""
        name = self.removesuffix(f"-{Delivery.EXACTLY_ONCE}").removesuffix(f"-{Delivery.AT_LEAST_ONCE}")
        return name.replace("-no-cache", ", no cache")


@dataclass(frozen=True, slots=True)
class Program:
    """A peer's module below `detector.bench.peers`, the library it needs, its arguments, and what it promises.

    `distributions` are those on whose versions its figures depend.
    """

    module: str
    library: str
    installed_by: str
    promise: str
    distributions: Sequence[str]
    arguments: Mapping[Race, tuple[str, ...]] = field(default_factory=lambda: {Race.MODEL: ()})


SETTINGS: Mapping[Contender, Mapping[str, str]] = {
    Contender.PRODUCT: {_DELIVERY: Delivery.EXACTLY_ONCE},
    Contender.PRODUCT_UNCACHED: {_DELIVERY: Delivery.EXACTLY_ONCE, _CACHE: "0"},
    Contender.PRODUCT_AT_LEAST_ONCE: {_DELIVERY: Delivery.AT_LEAST_ONCE},
}
"""Of the product's workers; all else is as shipped."""

_NO_PROMISE = "no guarantee"
_PEERS, _TRAIN, _FAUST = (
    "make .venv-peers/.peers",
    "make .venv-train/.train",
    "pip install 'contact-leak-detector[faust]'",
)
_CLIENT = "confluent-kafka"
_TORCH = ("transformers", "torch", _CLIENT)
_QUIX = ("quixstreams", _CLIENT, "onnxruntime")
_JSON = ("--json-only",)
_EXACTLY_ONCE = ("--exactly-once", "--commit-every")

PROGRAMS: Mapping[Contender, Program] = {
    Contender.HF_PIPELINE: Program("hf_pipeline", "transformers", _TRAIN, _NO_PROMISE, _TORCH),
    Contender.HF_PIPELINE_BASE: Program(
        "hf_pipeline", "transformers", _TRAIN, _NO_PROMISE, _TORCH, {Race.MODEL: ("--base",)}
    ),
    Contender.PADDED_ONNX: Program("padded_onnx", "onnxruntime", _PEERS, _NO_PROMISE, ("onnxruntime", _CLIENT)),
    Contender.PRESIDIO: Program("presidio", "presidio_analyzer", _PEERS, _NO_PROMISE, ("presidio-analyzer", _CLIENT)),
    Contender.QUIX: Program(
        "quix", "quixstreams", _PEERS, Delivery.AT_LEAST_ONCE, _QUIX, {Race.MODEL: (), Race.ENGINE: _JSON}
    ),
    Contender.QUIX_EXACTLY_ONCE: Program(
        "quix",
        "quixstreams",
        _PEERS,
        Delivery.EXACTLY_ONCE,
        _QUIX,
        # About a transaction a second with the model and five without: a checkpoint every five seconds, its default, would
        # show verdicts in lumps too large to tell a rate by.
        {Race.MODEL: (*_EXACTLY_ONCE, "64"), Race.ENGINE: (*_JSON, *_EXACTLY_ONCE, "10000")},
    ),
    Contender.FAUST_TAKE: Program(
        "faust_take", "faust", _FAUST, _NO_PROMISE, ("faust-streaming", "aiokafka", "onnxruntime")
    ),
}
"""What each peer runs; a race that is not among its arguments it does not enter."""


def installing(contender: Contender) -> str:
    """What to say of a peer whose library is nowhere."""
    return f"not installed: {PROGRAMS[contender].installed_by}"


def promise(contender: Contender) -> str:
    """What the contender promises of each event."""
    return SETTINGS[contender][_DELIVERY] if contender.ours else PROGRAMS[contender].promise
