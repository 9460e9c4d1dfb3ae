"""A process of its own around the application: its address, its start, and an orderly end."""

import asyncio
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import structlog
import uvicorn

from detector.batching import LATE_TURNS
from detector.clock import Clock
from detector.deadletters import BrakePolicy
from detector.engines.http.app import make_app
from detector.engines.http.console.console import Console
from detector.engines.http.document import DocumentedApi
from detector.engines.http.judge import SOURCE, Judge
from detector.engines.logs import bridge_logs
from detector.errors import Misconfigured
from detector.events import EventKind
from detector.monitoring.health import Health
from detector.monitoring.http_metrics import HttpMetrics
from detector.observing import EngineObserver
from detector.pipeline import Pipeline, PipelinePolicy
from detector.scoring import Scorer
from detector.settings import Settings

log = structlog.get_logger()

BACKLOG = 2048
"""Connections that wait to be accepted."""

LAST_BATCH_SECONDS = 2.0
"""What the model may take to end a batch whose requests were given up; see `ModelFeed.join`."""

_NO_BRAKE = BrakePolicy(consecutive=2**63, share=1.0)
"""Each request has its answer; what one client sends must not end the service for the others."""


def policy_of(settings: Settings) -> PipelinePolicy:
    """How the pipeline treats what is asked. Nobody waits behind an event here, so one that is late yields to others."""
    given = settings.pipeline_policy
    return replace(
        given,
        kinds={SOURCE: EventKind.LISTING_UPDATE},
        brake=_NO_BRAKE,
        reads_frames=False,
        batch=replace(given.batch, late_turns=LATE_TURNS),
        promise=settings.http_deadline_ms / 1000,
    )


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket on the address of the settings; raises `Misconfigured` if it cannot be had."""
    host, port = settings.http_host, settings.http_port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Misconfigured(
            f"cannot listen on {host}:{port} ({error.strerror}): set DETECTOR_HTTP_HOST and DETECTOR_HTTP_PORT to a free "
            "address, port 0 picks one."
        ) from None
    # asyncio sets this on sockets of its own making alone. Without it the last part of an answer waits for the client to
    # confirm the first, which clients put off for 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with listener:
        yield listener


class HttpService:
    """Answer until told to stop. One per process. `schemas` as in `make_app`; `console` if there is to be one."""

    def __init__(
        self,
        settings: Settings,
        scorer: Scorer,
        observer: EngineObserver,
        metrics: HttpMetrics,
        health: Health,
        clock: Clock,
        schemas: Mapping[str, Any],
        console: Console | None = None,
    ) -> None:
        self._settings = settings
        self._scorer = scorer
        self._observer = observer
        self._metrics = metrics
        self._health = health
        self._clock = clock
        self._schemas = schemas
        self._console = console
        self._server: uvicorn.Server | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop = asyncio.Event()
        self._asked_to_stop = False

    def run(self, listener: socket.socket) -> None:
        """Work until `stop`; raises what the process must not outlive."""
        bridge_logs("server")
        asyncio.run(self._serve(listener))

    def stop(self) -> None:
        """Ask for a clean stop: accept nothing more, answer what was asked; asked twice, stop at once.

        Safe to call from a signal handler.
        """
        self._health.unready()
        if self._asked_to_stop and self._server is not None:
            self._server.force_exit = True
        self._asked_to_stop = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    async def _serve(self, listener: socket.socket) -> None:
        self._loop = asyncio.get_running_loop()
        if self._asked_to_stop:
            return
        judge = self._judge()
        self._server = _Server(self._config(self._app(judge)))
        judging = asyncio.ensure_future(judge.run())
        serving = asyncio.ensure_future(self._server.serve([listener]))
        asked = asyncio.ensure_future(self._stop.wait())
        await asyncio.wait({judging, serving, asked}, return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping", budget_seconds=self._settings.shutdown_seconds)
        self._server.force_exit |= judging.done()  # then there are no more answers to wait for
        self._server.should_exit = True
        if self._console is not None:
            await self._console.close()
        await serving
        log.info("stopped", clean=not self._server.force_exit)
        for running in (judging, asked):
            running.cancel()
        await asyncio.wait({judging, asked})
        judge.join(LAST_BATCH_SECONDS)
        if not judging.cancelled():
            judging.result()

    def _app(self, judge: Judge) -> DocumentedApi:
        routers = self._console.routers if self._console is not None else ()
        # What the contracts say of an event or a verdict stands above what the console needs of it.
        schemas = {**(self._console.schemas if self._console is not None else {}), **self._schemas}
        return make_app(
            self._settings, judge, self._health, self._metrics, self._clock, schemas=schemas, routers=routers
        )

    def _judge(self) -> Judge:
        policy = policy_of(self._settings)
        pipeline = Pipeline(self._scorer, policy, self._clock, self._observer)
        return Judge(self._scorer, pipeline, self._observer, self._health, self._clock)

    def _config(self, app: Any) -> uvicorn.Config:
        return uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            ws="none",
            backlog=BACKLOG,
            timeout_graceful_shutdown=max(1, round(self._settings.shutdown_seconds)),
        )


class _Server(uvicorn.Server):
    # Signals are this package's own; uvicorn would raise them again at the end, and the exit code would not be 0.
    capture_signals = staticmethod(nullcontext)  # type: ignore[assignment]
