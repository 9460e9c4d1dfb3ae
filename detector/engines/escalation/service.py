"""A process of its own around the app: settings checked against the cluster, signals, a bounded stop, exit reasons."""

import asyncio
from functools import partial
from threading import Event

import structlog

from detector.clock import Clock
from detector.engines.escalation.app import EscalationApp
from detector.engines.escalation.failures import reason_to_end
from detector.engines.escalation.layout import Layout, found_on, lay_out
from detector.engines.escalation.making import make_topics
from detector.engines.faust.logs import bridge_logs
from detector.engines.faust.worker import run_to_the_end
from detector.engines.kafka.cluster import wait_for_cluster
from detector.monitoring.escalation_metrics import EscalationMetrics
from detector.monitoring.health import Health
from detector.settings import Settings

log = structlog.get_logger()

CRASHED_SECONDS = 5.0
"""What leaving may take after a crash, when nothing is worth waiting for but good manners."""


class EscalationService:
    """Count until told to stop. One per process. `frame` stands before the JSON of each escalation."""

    def __init__(
        self, settings: Settings, metrics: EscalationMetrics, health: Health, clock: Clock, frame: bytes = b""
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._health = health
        self._clock = clock
        self._frame = frame
        self._asked_to_stop = Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._stop_at_once = asyncio.Event()

    def run(self) -> None:
        """Work until `stop`; raises what the process must not outlive."""
        settings = self._settings
        topics = {settings.verdict_topic, settings.escalation_topic}
        cluster = wait_for_cluster(settings, topics, self._asked_to_stop, partial(self._health.beat, "loop"))
        if cluster is not None:
            bridge_logs()
            found = found_on(cluster, settings)
            layout = lay_out(settings, found)
            make_topics(settings, layout, found)
            run_to_the_end(self._serve(layout))

    def stop(self) -> None:
        """Ask for a clean stop; asked twice, stop at once. Safe to call from a signal handler."""
        asked = self._stop_at_once if self._asked_to_stop.is_set() else self._stop
        self._asked_to_stop.set()
        self._health.unready()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(asked.set)

    async def _serve(self, layout: Layout) -> None:
        self._loop = asyncio.get_running_loop()
        if self._asked_to_stop.is_set():
            return
        app = EscalationApp(self._settings, layout, self._metrics, self._health, self._clock, self._frame)
        starting = asyncio.ensure_future(app.start())
        crashed = asyncio.ensure_future(app._crashed.wait())  # noqa: SLF001 - mode has no other way to await it
        stop = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({starting, crashed, stop}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done() and starting.exception() is None:
            await asyncio.wait({crashed, stop}, return_when=asyncio.FIRST_COMPLETED)
        failure = app.crash_reason or (starting.exception() if starting.done() else None)
        clean = await self._leave(app, CRASHED_SECONDS if failure else self._settings.shutdown_seconds)
        log.info("stopped", clean=clean and failure is None)
        if failure is not None:
            raise reason_to_end(failure)

    async def _leave(self, app: EscalationApp, seconds: float) -> bool:
        """Finish what is at work, commit and leave the group; says whether all was done in time."""
        stopping = asyncio.ensure_future(app.stop())
        at_once = asyncio.ensure_future(self._stop_at_once.wait())
        await asyncio.wait({stopping, at_once}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        at_once.cancel()
        if stopping.done() and not stopping.cancelled() and stopping.exception() is None:
            return True
        stopping.cancel()
        return False
