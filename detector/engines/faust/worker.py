"""A process of its own around the Faust app: the other engine's interface, exit codes and shutdown."""

import asyncio
from collections.abc import Coroutine
from functools import partial
from threading import Event
from typing import Any

import structlog

from detector.clock import Clock
from detector.engines.deadline import Deadline
from detector.engines.faust.app import DetectorApp
from detector.engines.faust.logs import bridge_logs
from detector.engines.kafka.cluster import wait_for_topics
from detector.errors import DetectorError, Restart
from detector.monitoring.health import Health
from detector.observing import EngineObserver
from detector.scoring import Scorer
from detector.settings import Settings

log = structlog.get_logger()

LEAVE_SECONDS = 5.0
"""What leaving the group may take on top of the drain."""
MODEL_SECONDS = 2.0
"""What the model may take to end the batch it reads."""
TASKS_SECONDS = 2.0
"""What the tasks that are left may take to notice that they are cancelled."""


def run_to_the_end(serving: Coroutine[Any, Any, None]) -> None:
    """Run a worker on an event loop of its own; what its libraries leave running is given up with it.

    `asyncio.run` would wait for every task that is left, and a task of a client that hangs can be left for ever.
    """
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(serving)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=TASKS_SECONDS))
        loop.close()


class FaustWorker:
    """Consume, judge, write and acknowledge until told to stop. One per process.

    `frame` stands before the JSON of each verdict.
    """

    def __init__(
        self,
        settings: Settings,
        scorer: Scorer,
        observer: EngineObserver,
        health: Health,
        clock: Clock,
        frame: bytes = b"",
    ) -> None:
        self._settings = settings
        self._scorer = scorer
        self._observer = observer
        self._health = health
        self._clock = clock
        self._frame = frame
        self._asked_to_stop = Event()
        self._asked_again = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None

    def run(self) -> None:
        """Work until `stop`; raises what the worker must not outlive."""
        if wait_for_topics(self._settings, self._asked_to_stop, partial(self._health.beat, "coordinator")):
            bridge_logs()
            app = DetectorApp(self._settings, self._clock)
            app.equip(self._scorer, self._observer, self._health, self._frame)
            app.shutdown_seconds = 0.0  # the drain is this worker's own
            try:
                run_to_the_end(self._serve(app))
            finally:
                # A process that ends in the middle of the model's native code may be aborted, whatever its exit code.
                app.flow.join(MODEL_SECONDS)

    def stop(self) -> None:
        """Ask for a clean stop; asked twice, stop at once. Safe to call from a signal handler."""
        if self._asked_to_stop.is_set():
            self._asked_again.set()
        self._asked_to_stop.set()
        self._health.unready()
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _serve(self, app: DetectorApp) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        if self._asked_to_stop.is_set():
            return
        starting = asyncio.ensure_future(app.start())
        try:
            await self._until_the_end(app, starting)
        finally:
            await self._leave(app, starting)
        if app.crash_reason is not None:
            raise _reason(app.crash_reason)

    async def _until_the_end(self, app: DetectorApp, starting: "asyncio.Future[Any]") -> None:
        assert self._stop is not None
        asked = asyncio.ensure_future(self._stop.wait())
        crashed = asyncio.ensure_future(app._crashed.wait())  # noqa: SLF001 - mode has no other way to await it
        await asyncio.wait({asked, crashed, starting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            await asyncio.wait({asked, crashed}, return_when=asyncio.FIRST_COMPLETED)
        for waiting in (asked, crashed):
            waiting.cancel()

    async def _leave(self, app: DetectorApp, starting: "asyncio.Future[Any]") -> None:
        """Drain, commit and leave the group, within one budget; at once if asked again or crashed."""
        deadline = Deadline(self._clock, self._settings.shutdown_seconds)
        clean = False
        if app.crash_reason is None and starting.done():
            clean = await self._drain(app, deadline)
        starting.cancel()
        stopping = asyncio.ensure_future(app.stop())
        # A timeout around it would wait on where Faust keeps a cancellation to itself, as when it is stopped in mid start.
        await asyncio.wait({stopping}, timeout=max(LEAVE_SECONDS, deadline.remaining))
        if (failure := _failure(stopping)) is not None:
            # The process ends; a killed worker's partitions move on just the same.
            log.warning("left the group in disorder", error=type(failure).__name__)
            clean = False
        log.info("stopped", clean=clean)

    async def _drain(self, app: DetectorApp, deadline: Deadline) -> bool:
        draining = asyncio.ensure_future(app.drain(deadline.remaining))
        give_up = Deadline(self._clock, deadline.remaining + LEAVE_SECONDS)  # its last commit may come after the budget
        while not (draining.done() or self._asked_again.is_set() or give_up.passed):
            await asyncio.wait({draining}, timeout=0.05)
        if not draining.done():
            draining.cancel()
            return False
        return draining.result()


def _failure(task: "asyncio.Future[Any]") -> BaseException | None:
    """Why a task that was waited for did not end well."""
    if not task.done():
        return TimeoutError()
    return asyncio.CancelledError() if task.cancelled() else task.exception()


def _reason(crash: BaseException) -> BaseException:
    """The error to end with: ours as it is; Faust's and Kafka's by their type alone, since their words may quote a text."""
    if isinstance(crash, DetectorError):
        return crash
    return Restart(
        f"Faust gave up ({type(crash).__name__}). Start the worker again: it goes on where it had committed."
    )
