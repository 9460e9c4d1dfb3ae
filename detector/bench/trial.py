"""Workers on the bench: they work off a backlog, or answer events as they come."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice
from threading import Event
from types import TracebackType
from typing import Self

from detector.bench.arrivals import Pace, due_times
from detector.bench.host import Host
from detector.bench.life import Drained, Paced
from detector.bench.load import OpenLoop
from detector.bench.messages import Message
from detector.bench.reader import VerdictReader
from detector.bench.stand import topic_environment
from detector.monitoring.exposition import Scrape
from detector.monitoring.table import LATENCY
from detector.operations.worker_process import WorkerFailed
from detector.settings import Settings

_WARM_SECONDS = 0.5
_WARM_EVENTS = 10
_COUNT_SECONDS = 5.0
_POLL_SECONDS = 0.05


class Trial:
    """Workers of one group that run as long as the block, the reader of their verdicts, and what they use.

    Whatever waits for a verdict raises `WorkerFailed` when a worker ends by itself, or when none comes for
    `patience_seconds`.
    """

    def __init__(
        self,
        settings: Settings,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        workers: int = 1,
        patience_seconds: float = 60.0,
    ) -> None:
        self._settings = settings
        self._patience = patience_seconds
        variables = {**topic_environment(settings), **environment}
        self.hosts = [Host(command, settings, variables) for _ in range(workers)]

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.reader = stack.enter_context(VerdictReader(self._settings))
            for host in self.hosts:
                stack.enter_context(host)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stack.__exit__(kind, error, at)

    def ready(self) -> float:
        """Waits until every worker is ready; gives the seconds that the slowest took from its start."""
        return max(host.ready() for host in self.hosts)

    def drain(self, backlog: int) -> Drained:
        """Works off what has been written; the clock starts with the first verdict, so no start is counted."""
        known = len(self.reader.seen)
        self.until(known + 1)
        began, cpu, before = time.monotonic(), self.cpu_seconds(), len(self.reader.seen)
        self.until(known + backlog)
        ended = max(self.reader.seen.values())
        self._sample(now=True)
        return Drained(known + backlog - before, ended - began, self.cpu_seconds() - cpu)

    def warm(self, source: Iterator[Message], pace: Pace) -> None:
        """Half a second's worth of events at this pace, which do not count."""
        self.send(list(islice(source, max(round(pace.rate * _WARM_SECONDS), _WARM_EVENTS))), pace)

    def send(self, events: Sequence[Message], pace: Pace) -> Paced:
        """Sends the events at this pace and waits until every one has its verdict."""
        due = due_times(pace.arrivals, pace.rate, len(events), pace.seed)
        cpu = self.cpu_seconds()
        with OpenLoop(self._settings, events, due) as load:
            self.until(len(self.reader.seen) + len(events), load.check)
        used = self.cpu_seconds() - cpu
        return Paced(load.latencies_ms(self.reader.seen), [1000 * each for each in load.late_seconds], used)

    def scrape(self) -> Sequence[Scrape]:
        """What every worker says of itself, once they have counted all verdicts seen: one may be seen before it counts."""
        give_up = time.monotonic() + _COUNT_SECONDS
        while True:
            said = [host.scrape() for host in self.hosts]
            counted = sum(value for each in said for value in each.values(f"{LATENCY.name}_count"))
            if counted >= len(self.reader.seen):
                return said
            if time.monotonic() > give_up:
                raise WorkerFailed(f"the workers have counted {counted:.0f} of {len(self.reader.seen)} verdicts")
            Event().wait(_POLL_SECONDS)

    def cpu_seconds(self) -> float:
        """Of all workers, since they started."""
        return sum(host.meter.cpu_seconds() for host in self.hosts)

    def until(self, count: int, check: Callable[[], None] = lambda: None) -> None:
        """Reads on until so many events have a verdict since the beginning."""

        def attend() -> None:
            check()
            self.attend()

        self.reader.until(count, attend, self._patience)

    def attend(self) -> None:
        """Sees to it that all workers run, and looks at their memory."""
        for host in self.hosts:
            host.worker.check()
        self._sample()

    def end(self) -> None:
        """Stops the workers, which must be in order, and reads what is still to come."""
        self._sample(now=True)
        for host in self.hosts:
            host.worker.stop()
        self.reader.rest()

    @property
    def peak_bytes(self) -> int:
        """The most resident memory of any worker."""
        return max(host.meter.peak_bytes for host in self.hosts)

    def resident_bytes(self) -> int:
        """The resident memory of all workers now."""
        return sum(host.meter.resident_bytes() for host in self.hosts)

    def _sample(self, *, now: bool = False) -> None:
        for host in self.hosts:
            host.meter.sample(now=now)
