"""What a text costs by its length."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from statistics import median

from detector.bench.arrivals import Arrivals, Pace
from detector.bench.messages import Message
from detector.bench.mixes import listings
from detector.bench.progress import Steps
from detector.bench.scale.plan import Plan
from detector.bench.stand import NO_CACHE, fresh_stream
from detector.bench.texts import words
from detector.bench.trial import Trial

_ALONE = Pace(1.0, Arrivals.EVEN)
_PATIENCE_SECONDS = 600.0
"""A text of 20,000 words takes seconds; on a slow machine that others use too it takes minutes."""


@dataclass(frozen=True, slots=True)
class Length:
    """Of texts of so many words, each sent when the one before had its verdict."""

    words: int
    latencies_ms: Sequence[float]
    cpu_ms: Sequence[float]

    @property
    def latency(self) -> float:
        """The median in ms."""
        return median(self.latencies_ms)

    @property
    def cpu(self) -> float:
        """The median in ms of processor time."""
        return median(self.cpu_ms)


def measure_length(
    plan: Plan, command: Sequence[str], variables: Mapping[str, str], bootstrap: str, steps: Steps
) -> list[Length]:
    """Every length on one worker, by turns."""
    steps.begin("length of a text")
    sources = {count: listings(plan.seed + count, count, words) for count in plan.words}
    taken: dict[int, list[tuple[float, float]]] = {count: [] for count in plan.words}
    with (
        fresh_stream(bootstrap) as settings,
        Trial(settings, command, {**NO_CACHE, **variables}, patience_seconds=_PATIENCE_SECONDS) as trial,
    ):
        trial.ready()
        trial.warm(sources[min(plan.words)], _ALONE._replace(rate=20.0))
        for number in range(plan.samples):
            for count, source in sources.items():
                steps.note(f"{number + 1} of {plan.samples}, {count} words")
                taken[count].append(_alone(trial, source))
        trial.end()
    steps.done()
    return [Length(count, *map(list, zip(*pairs, strict=True))) for count, pairs in taken.items()]


def _alone(trial: Trial, source: Iterator[Message]) -> tuple[float, float]:
    """Latency and processor time in ms."""
    paced = trial.send(list(islice(source, 1)), _ALONE)
    return paced.latencies_ms[0], 1000 * paced.cpu_seconds
