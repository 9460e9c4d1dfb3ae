"""The feed: the newest verdicts, kept for whoever looks, and read only while somebody does."""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import structlog

from detector.clock import Clock
from detector.engines.http.console.ports import Judged, LagProbe, VerdictStream
from detector.engines.http.console.reader import KEPT, Reader
from detector.engines.http.console.recent import Recent
from detector.engines.http.console.viewer import Viewer
from detector.engines.http.console.wire import pulse_event, verdict_event
from detector.engines.http.problems import Refused, plain
from detector.records import Partition

log = structlog.get_logger()

MOST_VIEWERS = 64
PULSE_SECONDS = 2.0
PATIENCE_SECONDS = 30.0
"""How long reading goes on when nobody looks: a page that is loaded anew finds it running."""


class Feed:
    """Used in the event loop alone."""

    def __init__(
        self, stream: VerdictStream, probe: LagProbe, clock: Clock, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._stream = stream
        self._probe = probe
        self._clock = clock
        self._patience = patience_seconds
        self._threads = (ThreadPoolExecutor(1, "console-feed"), ThreadPoolExecutor(1, "console-lag"))
        self._viewers: set[Viewer] = set()
        self._running: asyncio.Task[None] | None = None
        self._resting: asyncio.TimerHandle | None = None
        self._closed = False
        self._begin_anew()

    @contextmanager
    def viewing(self) -> Iterator[Viewer]:
        """A viewer who is shown the newest verdicts, then those that come; raises `Refused` where there are too many."""
        if self._closed or len(self._viewers) >= MOST_VIEWERS:
            raise Refused(plain(503, "As many look already as there is room for. Ask again in a moment."))
        viewer = Viewer()
        self._viewers.add(viewer)
        self._wake(viewer)
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)
            if not self._viewers and not self._closed:
                self._resting = asyncio.get_running_loop().call_later(self._patience, self._rest)

    async def close(self) -> None:
        """End every viewer's feed at once; returns when reading has ended, too."""
        self._closed = True
        for viewer in self._viewers:
            viewer.end()
        self._rest()
        if self._running is not None:
            await asyncio.wait({self._running})
        for thread in self._threads:
            thread.shutdown(wait=False)

    def _wake(self, viewer: Viewer) -> None:
        if self._resting is not None:
            self._resting.cancel()
        running = self._running
        if running is None or running.done() or running.cancelling():
            self._begin_anew()
            self._running = asyncio.ensure_future(self._run(running))
            return
        viewer.offer(self._kept)
        if self._reader.connected:
            viewer.beat(self._pulse())

    def _rest(self) -> None:
        if self._running is not None:
            self._running.cancel()

    def _begin_anew(self) -> None:
        self._kept: deque[bytes] = deque(maxlen=KEPT)
        self._recent = Recent()
        self._read_up_to: dict[Partition, int] = {}
        self._news = asyncio.Event()
        self._reader = Reader(self._stream, self._probe, self._threads, self._arrived, self._news.set)

    async def _run(self, earlier: "asyncio.Task[None] | None") -> None:
        if earlier is not None:
            await asyncio.wait({earlier})
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._reader.run())
                tasks.create_task(self._beat())
        except* Exception as broken:  # noqa: BLE001 - a defect here must not end what only judges
            _report(broken)
            for viewer in self._viewers:
                viewer.end()

    async def _beat(self) -> None:
        while True:
            try:
                async with asyncio.timeout(PULSE_SECONDS):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            for viewer in self._viewers:
                viewer.beat(self._pulse())

    def _arrived(self, verdicts: Sequence[Judged]) -> None:
        """Those that were shown already come again when reading begins anew after a failure."""
        new = [each for each in verdicts if each.position.offset > self._read_up_to.get(each.position.partition, -1)]
        for each in new:
            self._read_up_to[each.position.partition] = each.position.offset
        self._recent.add(new)
        written = [verdict_event(each) for each in new]
        self._kept.extend(written)
        for viewer in self._viewers:
            viewer.offer(written)

    def _pulse(self) -> bytes:
        now_ms = round(self._clock.now().timestamp() * 1000)
        return pulse_event(now_ms, self._reader.lag, self._recent, connected=self._reader.connected)


def _report(broken: BaseExceptionGroup[Exception]) -> None:
    """By its kind alone: a traceback might quote a record."""
    kinds = sorted({type(error).__name__ for error in _leaves(broken)})
    log.error("console feed is broken", errors=kinds)


def _leaves(group: BaseExceptionGroup[Exception]) -> Iterator[Exception]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error
