"""One worker's life on the bench: it works off a backlog, then answers events as they come."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from detector.bench.arrivals import due_times
from detector.bench.life import Course, Drained, Life, Paced
from detector.bench.load import OpenLoop, fill
from detector.bench.messages import Message, messages
from detector.bench.meter import Meter
from detector.bench.reader import VerdictReader
from detector.bench.stand import NO_CACHE, fresh_stream, topic_environment
from detector.clock import SystemClock
from detector.operations.worker_process import Worker
from detector.settings import Settings

_WARM_SECONDS = 0.5
_WARM_EVENTS = 10


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
    source = messages(course.seed, course.words)
    with fresh_stream(bootstrap) as settings:
        note("writing a backlog")
        fill(settings, islice(source, course.backlog))
        with (
            VerdictReader(settings) as reader,
            Worker(command, settings, {}, {**topic_environment(settings), **NO_CACHE, **environment}) as worker,
        ):
            trial = _Trial(settings, reader, worker, course)
            note("backlog")
            drained = trial.drain()
            paced = {}
            for rate, count in course.paced.items():
                note(f"{count} at {rate:g}/s")
                paced[rate] = trial.answer(source, rate, count)
            trial.meter.sample(now=True)
            worker.stop()
            reader.rest()
            return Life(drained, paced, trial.meter.peak_bytes, len(reader.seen), reader.repeated)


class _Trial:
    def __init__(self, settings: Settings, reader: VerdictReader, worker: Worker, course: Course) -> None:
        self._settings, self._reader, self._worker, self._course = settings, reader, worker, course
        self.meter = Meter(worker.pid, SystemClock())

    def drain(self) -> Drained:
        """The clock starts with the first verdict, so the start of the worker is not counted."""
        self._until(1)
        began, cpu, before = time.monotonic(), self.meter.cpu_seconds(), len(self._reader.seen)
        self._until(self._course.backlog)
        ended = max(self._reader.seen.values())
        self.meter.sample(now=True)
        events = self._course.backlog - before
        return Drained(events, ended - began, self.meter.cpu_seconds() - cpu)

    def answer(self, source: Iterator[Message], rate: float, count: int) -> Paced:
        """Half a second's worth of events first, which do not count."""
        self._send(source, rate, max(round(rate * _WARM_SECONDS), _WARM_EVENTS))
        cpu = self.meter.cpu_seconds()
        sent = self._send(source, rate, count)
        used = self.meter.cpu_seconds() - cpu
        late = [1000 * seconds for seconds in sent.late_seconds]
        return Paced(sent.latencies_ms(self._reader.seen), late, used)

    def _send(self, source: Iterator[Message], rate: float, count: int) -> OpenLoop:
        due = due_times(self._course.arrivals, rate, count, self._course.seed)
        with OpenLoop(self._settings, list(islice(source, count)), due) as load:
            self._until(len(self._reader.seen) + count, load.check)
        return load

    def _until(self, count: int, check: Callable[[], None] = lambda: None) -> None:
        def attend() -> None:
            check()
            self._worker.check()
            self.meter.sample()

        self._reader.until(count, attend, self._course.patience_seconds)
