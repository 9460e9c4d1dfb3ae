"""What is compared, under which load, how often and for how long."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from detector.bench.arrivals import Arrivals


class Shape(NamedTuple):
    """A run of so many windows of so many padded tokens each."""

    windows: int
    length: int


class Rule(StrEnum):
    """A schedule. The product's goes by time, and over HTTP what is late yields; the others stand in `peers`."""

    SHIPPED = "by time"
    YIELDING = "yielding"
    PADDED = "by tokens"
    TEI = "TEI"
    INFINITY = "Infinity"
    TRITON = "Triton"
    FIXED = "fixed"


class Where(StrEnum):
    """Who waits for whom: in a stream an event for those before it in its partition, over HTTP for nobody.

    Over HTTP what is not answered when its deadline has passed is given up.
    """

    STREAM = "stream"
    HTTP = "http"


class Load(NamedTuple):
    """How events come. `share` is of the rate that the model sustains when each window is run alone.

    With a backlog, events of so many seconds of the model's work, long overdue, wait at the start; those count in no
    latency.
    """

    where: Where
    share: float
    arrivals: Arrivals = Arrivals.POISSON
    backlog: float = 0.0

    @property
    def title(self) -> str:
        """What the load is called."""
        behind = f", {self.backlog:g} s behind" if self.backlog else ""
        return f"{self.where}, {self.share:.0%} {self.arrivals}{behind}"


LOADS = (
    Load(Where.STREAM, 0.5),
    Load(Where.STREAM, 0.7, Arrivals.EVEN),
    Load(Where.STREAM, 0.7),
    Load(Where.STREAM, 0.85),
    Load(Where.STREAM, 1.05),
    Load(Where.STREAM, 0.7, backlog=10.0),
    Load(Where.HTTP, 0.7),
    Load(Where.HTTP, 0.85),
    Load(Where.HTTP, 1.05),
    Load(Where.HTTP, 1.5),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole run: each rule under each load, `events` of them in each round.

    `windows` and `lengths` are the shapes whose runs are timed, `costs_rounds` times each, up to `most_tokens` padded
    ones; `jitter` is the spread (sigma of the logarithm) of a run's time around the table's, `hand_over` seconds that the
    model rests before a batch that was not handed over while it was busy, `slower` a factor on all run times.
    """

    rules: Sequence[Rule] = tuple(Rule)
    loads: Sequence[Load] = LOADS
    events: int = 4000
    rounds: int = 3
    partitions: int = 12
    windows: Sequence[int] = (1, 2, 4, 8, 16, 32)
    lengths: Sequence[int] = (16, 32, 48, 96, 192)
    most_tokens: int = 2048
    costs_rounds: int = 5
    jitter: float = 0.1
    hand_over: float = 0.0003
    slower: float = 1.0
    seed: int = 1

    def shapes(self) -> Sequence[Shape]:
        """The runs to time."""
        return [
            Shape(count, length)
            for length in self.lengths
            for count in self.windows
            if count * length <= self.most_tokens
        ]

    def turns(self) -> Iterator[tuple[Load, Rule]]:
        """Every rule under every load."""
        return ((load, rule) for load in self.loads for rule in self.rules)

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""About five minutes, of which timing the runs takes one."""

QUICK = Plan(
    loads=tuple(load for load in LOADS if load.share in (0.7, 1.05) and load.arrivals is Arrivals.POISSON),
    events=1500,
    rounds=1,
    windows=(1, 2, 4, 16),
    lengths=(16, 48, 192),
    most_tokens=800,
    costs_rounds=3,
)
"""Less than a minute."""
