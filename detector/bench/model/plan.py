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

    Sizes of more than `small` tokens in all are run once in a round and not beforehand, as they take seconds.
    """

    models: Sequence[Model] = tuple(Model)
    candidates: Sequence[Candidate] = tuple(Candidate)
    tokens: Sequence[int] = (32, 128, ARTICLE_TOKENS)
    batches: Sequence[int] = (1, 8, 32)
    rounds: int = 5
    rounds_of_large: int = 2
    seconds: float = 0.6
    small: int = 2048
    seed: int = 1

    def sizes(self, number: int) -> Iterator[Size]:
        """Those of a round, the smallest batch first: the peak of memory only grows, and so is also that of each."""
        for batch in sorted(self.batches):
            for tokens in sorted(self.tokens):
                if tokens * batch <= self.small or number < self.rounds_of_large:
                    yield Size(tokens, batch)

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""Up to eight minutes on two cores."""

QUICK = Plan(tokens=(128, ARTICLE_TOKENS), batches=(1, 8), rounds=3, rounds_of_large=1, seconds=0.3)
"""About two minutes, for a first look; the models of DistilBERT-base's shape, where they are not made yet, take one more."""
