"""What is asked, how often and in which ways."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from detector.bench.article import ARTICLE_RATE, ARTICLE_TOKENS


class Run(NamedTuple):
    """One way to ask: so many users, each of whom asks again once answered, or a rate that waits for nobody."""

    users: int | None = None
    rate: float | None = None

    @property
    def title(self) -> str:
        """What it is called in a table."""
        if self.users is None:
            return f"open loop, {self.rate:g}/s"
        return f"closed loop, {self.users} user{'s' if self.users > 1 else ''}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole: `requests` counted in each run, after `warm_up` that are not; no run lasts longer than `seconds`."""

    users: Sequence[int] = (1, 4)
    rates: Sequence[float] = (ARTICLE_RATE,)
    requests: int = 300
    warm_up: int = 20
    seconds: float = 60.0
    tokens: int = ARTICLE_TOKENS
    seed: int = 1
    deadline_ms: float = 5000.0

    def runs(self) -> Iterator[Run]:
        """Users first."""
        yield from (Run(users=users) for users in self.users)
        yield from (Run(rate=rate) for rate in self.rates)

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""About a minute and a half on two cores; 300 samples in each run."""

QUICK = Plan(requests=60, warm_up=5)
"""For a first look: its tp99 rests on too little."""
