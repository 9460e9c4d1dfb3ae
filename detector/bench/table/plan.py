"""What is measured, how often."""

from dataclasses import asdict, dataclass
from typing import Any

from detector.bench.article import ARTICLE_TOKENS, REVIEWS


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole: every model has its turn in every round, with `block` texts of `tokens` tokens.

    One in `every` texts of the test set is judged. Of `reviews` texts the naive loops judge `sample` (of the larger
    network `large_sample`), the rest is extrapolated; `detector score` judges them all, `score_rounds` times.
    """

    rounds: int = 6
    block: int = 50
    tokens: int = ARTICLE_TOKENS
    every: int = 1
    reviews: int = REVIEWS
    sample: int = REVIEWS
    large_sample: int = 100
    score_rounds: int = 3
    seed: int = 1

    @property
    def steps(self) -> int:
        """Of which the run consists, for somebody who watches."""
        return self.rounds + 4

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""About six minutes on two cores; 300 samples for each model."""

QUICK = Plan(rounds=3, block=7, every=6, sample=40, large_sample=12, score_rounds=1)
"""About a minute and a half: its tp99 is little more than the slowest text."""
