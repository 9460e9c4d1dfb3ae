"""A training recipe: every number that shapes a model, read from a TOML file and written into its manifest."""

import tomllib
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

RECIPES = Path(__file__).parent / "recipes"


@dataclass(frozen=True, slots=True)
class Recipe:
    """See `recipes/first.toml` for what each member means."""

    name: str
    seed: int
    encoder: str
    window: int
    overlap: int
    rounds: int
    examples: int
    tokens_per_batch: int
    learning_rate: float
    head_rate: float
    warmup: float
    weight_decay: float
    dropout: float
    token_weight: float
    held_out_seeds: float
    held_out_corpora: float

    def __post_init__(self) -> None:
        if not 0 <= self.overlap <= self.window - 3:
            raise ValueError(f"overlap {self.overlap} leaves a window of {self.window} tokens no step forward")
        for name in ("rounds", "examples", "learning_rate", "head_rate"):
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above zero")
        if self.tokens_per_batch < self.window:
            raise ValueError("tokens_per_batch must hold at least one window")

    @classmethod
    def read(cls, path: Path) -> Self:
        """The recipe of a TOML file; a member that is missing, unknown or impossible is a ValueError."""
        try:
            return cls(**tomllib.loads(path.read_text(encoding="utf-8")))
        except TypeError as error:
            raise ValueError(f"{path.name}: {str(error).split('() ')[-1]}") from error

    def quick(self) -> Self:
        """The same recipe shrunk to a smoke run of about two minutes."""
        return replace(self, rounds=1, examples=min(self.examples, 2500))

    def with_encoder(self, encoder: str) -> Self:
        """The same recipe on another pretrained encoder."""
        return replace(self, encoder=encoder)

    def as_dict(self) -> dict[str, Any]:
        """The members by name."""
        return asdict(self)
