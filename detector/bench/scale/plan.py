"""What is varied, how often and for how long."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from detector.settings import Delivery


class Part(StrEnum):
    """A question."""

    WORKERS = "workers"
    LENGTH = "length"
    BACKLOG = "backlog"
    SOAK = "soak"


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole run.

    `workers` and `partitions` are measured in every combination on a backlog of `events` of the realistic mix; `words`
    are lengths of a text, each sent `samples` times alone; `backlogs` are in events of 300 bytes without a model;
    `soak_minutes` are at full load, of which the share `warm_up` does not count.
    """

    parts: Sequence[Part] = tuple(Part)
    delivery: Delivery = Delivery.EXACTLY_ONCE
    rounds: int = 3
    workers: Sequence[int] = (1, 2)
    partitions: Sequence[int] = (2, 12)
    events: int = 600
    words: Sequence[int] = (10, 100, 1000, 5000, 20_000)
    samples: int = 5
    backlogs: Sequence[int] = (2_000, 20_000, 200_000)
    size: int = 300
    soak_minutes: float = 15.0
    warm_up: float = 0.25
    seed: int = 1

    def combinations(self) -> Iterator[tuple[int, int, int]]:
        """Round, partitions and workers, those by turns."""
        for number in range(self.rounds):
            for partitions in self.partitions:
                for workers in self.workers:
                    yield number, partitions, workers

    def as_json(self) -> dict[str, Any]:
        """The options, ready for `json.dumps`."""
        return asdict(self)


FULL = Plan()
"""About twenty-five minutes on two cores."""

QUICK = Plan(
    rounds=1,
    partitions=(4,),
    events=150,
    words=(10, 100, 1000, 20_000),
    samples=2,
    backlogs=(2_000, 20_000),
    soak_minutes=1.0,
)
"""About two minutes, for a first look."""
