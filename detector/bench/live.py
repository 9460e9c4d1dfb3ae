"""One worker's life on the bench: it works off a backlog, then answers events as they come."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from detector.bench.arrivals import Arrivals, Pace
from detector.bench.life import Life, Paced
from detector.bench.load import fill
from detector.bench.messages import Message
from detector.bench.parts import parts_us
from detector.bench.stand import NO_CACHE, fresh_stream
from detector.bench.trial import Trial


@dataclass(frozen=True, slots=True)
class Course:
    """What a worker is put through: a backlog, then so many counted events at each rate (events per second)."""

    source: Iterator[Message]
    backlog: int
    paced: Mapping[float, int] = field(default_factory=dict)
    arrivals: Arrivals = Arrivals.POISSON
    seed: int = 1


def live(
    bootstrap: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    course: Course,
    note: Callable[[str], None],
) -> Life:
    """Starts a worker on topics of its own and takes it through the course; it is gone when this returns or raises.

    Raises `WorkerFailed` when it ends by itself, leaves an event without a verdict or does not stop in order.
    """
    with fresh_stream(bootstrap) as settings:
        note("writing a backlog")
        fill(settings, islice(course.source, course.backlog))
        with Trial(settings, command, {**NO_CACHE, **environment}) as trial:
            note("backlog")
            drained = trial.drain(course.backlog)
            paced: dict[float, Paced] = {}
            for rate, count in course.paced.items():
                note(f"{count} at {rate:g}/s")
                pace = Pace(rate, course.arrivals, course.seed)
                trial.warm(course.source, pace)
                paced[rate] = trial.send(list(islice(course.source, count)), pace)
            parts = parts_us(trial.scrape())
            trial.end()
            return Life(drained, paced, trial.peak_bytes, len(trial.reader.seen), trial.reader.repeated, parts)
