"""What is measured, and how long."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from detector.bench.article import ARTICLE_TOKENS
from detector.bench.model.candidates import Candidate, Model


class Size(NamedTuple):
    """So many texts at once, of so many tokens each."""

    tokens: int
    batch: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole run: in each round every candidate is timed at every size, for `seconds` and once at the least.

    Before its first time it runs once untimed. Sizes of more than `small` tokens in all take seconds a run: they are run
    in the first round alone, and not beforehand.
    """

    models: Sequence[Model] = tuple(Model)
    candidates: Sequence[Candidate] = tuple(Candidate)
    tokens: Sequence[int] = (32, 128, ARTICLE_TOKENS)
    batches: Sequence[int] = (1, 8, 32)
    rounds: int = 4
    seconds: float = 0.4
    small: int = 1024
    seed: int = 1

    def sizes(self, number: int) -> Iterator[Size]:
        """Those of a round, the smallest batch first: the peak of memory only grows, and so is also that of each."""
        for batch in sorted(self.batches):
            for tokens in sorted(self.tokens):
                if number == 0 or self.is_small(Size(tokens, batch)):
                    yield Size(tokens, batch)

    def is_small(self, size: Size) -> bool:
        """Whether it is run in every round."""
        return size.tokens * size.batch <= self.small

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""Seven minutes on two cores without VNNI, less with it."""

QUICK = Plan(tokens=(128, ARTICLE_TOKENS), batches=(1, 8), rounds=3, seconds=0.3, small=ARTICLE_TOKENS)
"""About two minutes, for a first look; the models of DistilBERT-base's shape, where they are not made yet, take one more."""
