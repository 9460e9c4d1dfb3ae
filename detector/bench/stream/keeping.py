"""At which rate a running worker still keeps a limit."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from detector.bench.arrivals import Pace
from detector.bench.messages import Message
from detector.bench.stream.plan import Search
from detector.bench.stream.search import highest
from detector.bench.trial import Trial
from detector.demo.statistics import percentile


class Tried(NamedTuple):
    """One trial of the search."""

    rate: float
    samples: int
    p99_ms: float


def find_highest(
    trial: Trial, source: Iterator[Message], search: Search, capacity: Pace, note: Callable[[str], None]
) -> tuple[float | None, Sequence[Tried]]:
    """The highest rate with p99 within the limit, as far as one was found, and what was tried for it.

    `capacity` is about as much as the worker can do, with the kind of arrivals to try.
    """
    tried: list[Tried] = []

    def holds(rate: float) -> bool:
        count = search.events(rate)
        note(f"does {rate:.3g}/s hold?")
        paced = trial.send(list(islice(source, count)), capacity._replace(rate=rate))
        tried.append(Tried(rate, count, percentile(paced.latencies_ms, 0.99)))
        return tried[-1].p99_ms <= search.limit_ms

    return highest(holds, capacity.rate, search.resolution), tried
