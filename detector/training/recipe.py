"""A training recipe: every number that shapes a model, read from a TOML file and written into its manifest."""

import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

RECIPES = Path(__file__).parent / "recipes"

Share = Annotated[float, Field(ge=0.0, lt=1.0)]
Count = Annotated[int, Field(gt=0)]
Rate = Annotated[float, Field(gt=0.0)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rates(_Part):
    """How fast a stage learns; `warmup` is a share of the whole stage."""

    encoder: Rate
    head: Rate
    warmup: Share = 0.06
    weight_decay: Annotated[float, Field(ge=0.0)] = 0.01


class Stage(_Part):
    """One network from a pretrained encoder to the end of its rounds, each of `examples` composed anew.

    `layers` keeps that many of the encoder's, evenly spread; without it all.
    """

    encoder: str
    layers: Count | None = None
    rounds: Count
    examples: Count
    rates: Rates
    dropout: Share = 0.1


class Pretraining(_Part):
    """Masked tokens on the corpora before the leaks: how many tokens, of which languages how much.

    A language's share of the tokens grows with its share of the texts to the power of `flattening`.
    """

    tokens: Count
    masked: Annotated[float, Field(gt=0.0, lt=1.0)] = 0.15
    flattening: Annotated[float, Field(gt=0.0, le=1.0)] = 0.5
    rates: Rates


class Distillation(_Part):
    """What a student takes from its teacher: `weight` of the loss is the teacher's word, softened by `temperature`."""

    weight: Annotated[float, Field(gt=0.0, le=1.0)]
    temperature: Rate = 2.0


class Mining(_Part):
    """A last, short round that shows the student what it wrongly calls.

    `rows` clean corpus texts are judged, those above `margin` (a logit) are learned `repeats` times among `examples`
    composed anew.
    """

    rows: Count
    margin: float = -1.5
    repeats: Count = 2
    examples: Count
    rates: Rates


class FromFeedback(_Part):
    """A very last, short round on what people said of verdicts; it is run where there is such feedback.

    `held_out` of it, by listing, is only measured by; the rest is learned `repeats` times among `examples` composed anew.
    """

    repeats: Count = 4
    held_out: Share = 0.1
    examples: Count
    rates: Rates


class Further(_Part):
    """More rounds for a bundle that is there already, see `further.py`: the student's stage again, without a teacher.

    `anew` is added to the recipe's seed, so that no example is composed as it was before: going on once more needs
    another. `neurons` keeps that many of each feed-forward layer's before the rounds, see `pruned.py`; without it all.
    The weights at the end are `kept` times those before the rounds, and the rest of them those after: what lies between is
    surer on texts unlike those learned of than either (Wortsman et al. 2022, WiSE-FT).
    """

    anew: Count = 1_000
    neurons: Count | None = None
    kept: Share = 0.0
    rounds: Count
    examples: Count
    rates: Rates


class Glancing(_Part):
    """The look before the first layer, a network of its own: `width` of its word vectors, `features` that it looks for.

    It learns from the whole model's word on `examples` composed anew and on `rows` clean corpus texts, in `rounds` over all
    of them. `hidden` is the share of words that it does not see while it learns, `words` how fast their vectors move beside
    the rest, and `heed` how often a leak counts.
    """

    width: Count
    features: Count
    dropout: Share
    hidden: Share
    examples: Count
    rows: Count
    rounds: Count
    rate: Rate
    words: Share
    heed: Annotated[float, Field(ge=1.0)]


class FirstLayers(_Part):
    """The looks that clear plainly clean windows, see `first/`: one behind each of the numbers of first `layers`.

    They learn from `examples` composed anew and from `rows` clean corpus texts, in `rounds` over all of them; before them
    may stand a `glance` at the tokens. At most `lost` of the leaks that the whole model finds may be cleared by all of
    them together.
    """

    layers: Annotated[tuple[Count, ...], Field(min_length=1)]
    examples: Count
    rows: Count
    rounds: Count
    rate: Rate
    lost: Share = 0.001
    glance: Glancing | None = None

    @property
    def places(self) -> tuple[int, ...]:
        """The numbers of layers behind which a look stands."""
        return self.layers if self.glance is None else (0, *self.layers)


class Unseen(_Part):
    """What stays out of training to measure what generalises: families of disguise, and languages."""

    families: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Ablation(_Part):
    """Parts of the method that can be left out to measure what they buy."""

    preparation: bool = True
    hints: bool = True
    lookalikes: bool = True
    disguises: bool = True
    evidence: bool = True


class Recipe(_Part):
    """See `recipes/leaks.toml` for what each member means."""

    name: str
    seed: int
    window: Annotated[int, Field(ge=8, le=512)]
    overlap: Annotated[int, Field(ge=0)]
    tokens_per_batch: Count
    token_weight: Annotated[float, Field(ge=0.0)] = 1.0
    held_out_seeds: Share
    held_out_corpora: Share
    student: Stage
    teacher: Stage | None = None
    distillation: Distillation | None = None
    pretraining: Pretraining | None = None
    mining: Mining | None = None
    feedback: FromFeedback | None = None
    further: Further | None = None
    first: FirstLayers | None = None
    unseen: Unseen = Unseen()
    ablation: Ablation = Ablation()

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.overlap > self.window - 3:
            raise ValueError(f"overlap {self.overlap} leaves a window of {self.window} tokens no step forward")
        if self.tokens_per_batch < self.window:
            raise ValueError("tokens_per_batch must hold at least one window")
        if (self.teacher is None) != (self.distillation is None):
            raise ValueError("a teacher without [distillation] teaches nothing, and the other way round")
        return self

    @classmethod
    def read(cls, path: Path) -> Self:
        """The recipe of a TOML file; a member that is missing, unknown or impossible is a ValueError."""
        try:
            return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise ValueError(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error

    def quick(self) -> Self:
        """The same recipe shrunk to a smoke run of a few minutes, without teacher, pretraining and first stage."""
        student = self.student.model_copy(update={"rounds": 1, "examples": min(self.student.examples, 2500)})
        heard = self.feedback and self.feedback.model_copy(update={"examples": min(self.feedback.examples, 500)})
        short = {"student": student, "feedback": heard}
        return self.changed(**short, teacher=None, distillation=None, pretraining=None, mining=None, first=None)

    def changed(self, **members: Any) -> Self:
        """The recipe with other members, checked anew."""
        return type(self).model_validate({**dict(self), **members})

    def as_dict(self) -> dict[str, Any]:
        """The members by name, without those that are left to their absence."""
        return self.model_dump(mode="json", exclude_none=True)
