"""`manifest.json`: everything a bundle says about itself, checked before the first event is read."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from detector.recognisers import KINDS

MODEL_FILE = "model.onnx"
REST_FILE = "rest.onnx"
TOKENIZER_FILE = "tokenizer.json"
MANIFEST_FILE = "manifest.json"


OUTSIDE = "O"
"""The token label that means "no leak stands here"; it is always the first of `Manifest.labels`."""

Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def look_file(layers: int) -> str:
    """The name of the graph that ends with the look after so many layers."""
    return f"look-{layers}.onnx"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Thresholds(_Part):
    """The probability from which an event of a kind is called Fraud."""

    LISTING_UPDATE: Probability
    BOOKING: Probability


class Calibration(_Part):
    """Turns logits into a probability: sigmoid((logit[1] - logit[0]) / temperature + bias)."""

    temperature: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = 1.0
    bias: Annotated[float, Field(allow_inf_nan=False)] = 0.0


class Look(_Part):
    """A look at what the encoder's first `layers` make of a window; below the probability `clears` it is clean.

    The one after no layer is a small network of its own, with weights of its own, that reads the tokens themselves. It gives
    0 for a window that is as plain to the whole model as any, 1 for one that this as good as calls.
    """

    layers: Annotated[int, Field(ge=0)]
    clears: Probability

    @property
    def file(self) -> str:
        """The graph from the look before, or from the tokens, to this one."""
        return look_file(self.layers)


class FirstStage(_Part):
    """The model in pieces, a graph up to each look and `rest.onnx`, whose weights are those of `model.onnx`.

    Each look, the one after the fewest layers first, gives the probability that the whole model would call a window. What
    one clears goes no further, of what none clears the rest is asked. `measured` says what that costs: of how many
    leaks that the whole model finds they lost how many, and what share of the windows of real clean texts they clear.
    """

    looks: Annotated[tuple[Look, ...], Field(min_length=1)]
    measured: dict[str, float] = Field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """The graphs in the order in which a window passes them."""
        return (*(look.file for look in self.looks), REST_FILE)

    @model_validator(mode="after")
    def _goes_on(self) -> Self:
        layers = [look.layers for look in self.looks]
        if layers != sorted(set(layers)):
            raise ValueError(f"looks after {layers} layers: each must stand behind the one before")
        return self


class Training(_Part):
    """Where the weights came from."""

    description: str
    dataSha256: Sha256
    recipe: dict[str, Any] = Field(default_factory=dict)


class Manifest(_Part):
    """The contents of `manifest.json`; member names are the wire names.

    `window` and `overlap` count tokens, `[CLS]` and `[SEP]` included in `window`. A window is padded to the next
    multiple of `paddingMultiple` and shares a batch only with windows of the same padded length, which is what
    keeps a score independent of its batch mates. `labels` names the token head's classes in order; it is empty
    for a bundle with a sequence head alone, which serves without evidence. `hints` names the vocabulary token that
    stands before a recogniser's finding of each kind; a bundle without hints does not ask the recognisers. `narrowSums`
    promises that two neighbouring terms of an int8 product, of an input up to 255, sum to no more than 16 bits hold, so
    that a processor that adds them so gives the same scores as one that does not.
    """

    format: Literal[1] = 1
    modelCode: Annotated[str, Field(min_length=1, max_length=128)]
    modelVersion: Annotated[str, Field(min_length=1, max_length=64)]
    refreshVersion: Annotated[str, Field(pattern=r"^v\d{8}$")]
    files: dict[str, Sha256]
    labels: tuple[str, ...] = ()
    window: Annotated[int, Field(ge=8, le=512)]
    overlap: Annotated[int, Field(ge=0)]
    paddingMultiple: Annotated[int, Field(ge=1, le=512)] = 16
    narrowSums: bool = False
    hints: dict[str, str] = Field(default_factory=dict)
    thresholds: Thresholds
    evidenceThreshold: Probability = 0.5
    calibration: Calibration = Calibration()
    firstStage: FirstStage | None = None
    training: Training
    metrics: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        graphs = self.firstStage.files if self.firstStage else ()
        if missing := {MODEL_FILE, TOKENIZER_FILE, *graphs} - set(self.files):
            raise ValueError(f"files lacks the hash of {', '.join(sorted(missing))}")
        if self.overlap > self.window - 3:
            raise ValueError(f"overlap {self.overlap} leaves a window of {self.window} tokens no step forward")
        if unknown := set(self.hints) - set(KINDS):
            raise ValueError(f"hints names {min(unknown)!r}, which no recogniser finds")
        if self.labels and self.labels[0] != OUTSIDE:
            raise ValueError(f"labels starts with {self.labels[0]!r}, not with {OUTSIDE!r}")
        return self
