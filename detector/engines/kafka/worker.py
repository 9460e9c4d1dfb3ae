"""The worker: a run of its threads and clients, and a new one where only new clients help."""

from collections.abc import Callable
from threading import Event

import structlog

from detector.clock import Clock
from detector.engines.kafka.run import Run
from detector.errors import Restart
from detector.monitoring.health import Health
from detector.observing import EngineObserver

log = structlog.get_logger()

RUNS_IN_A_ROW = 5
"""After so many runs that each ended soon, the process ends too: then it is not the clients."""
LONG_ENOUGH_SECONDS = 600.0
"""A run that lasted this long starts the count anew."""
PAUSE_SECONDS = 1.0
"""Before the second run; each further one waits twice as long."""


class KafkaWorker:
    """Judge the stream until told to stop. One per process.

    What the broker has stored says where to go on, so a new run begins like a new process, without loading the model
    again. `new_run` makes each of them.
    """

    def __init__(self, new_run: Callable[[], Run], observer: EngineObserver, health: Health, clock: Clock) -> None:
        self._new_run = new_run
        self._observer = observer
        self._health = health
        self._clock = clock
        self._asked_to_stop = Event()
        self._running = new_run()

    def run(self) -> None:
        """Work until `stop`; raises what the worker must not outlive."""
        in_a_row = 0
        while True:
            began = self._clock.monotonic()
            try:
                return self._running.run()
            except Restart as error:
                lasted = self._clock.monotonic() - began
                in_a_row = 1 if lasted >= LONG_ENOUGH_SECONDS else in_a_row + 1
                if in_a_row >= RUNS_IN_A_ROW or self._asked_to_stop.is_set():
                    raise
                log.warning("beginning anew with new clients", cause=str(error), lasted_seconds=round(lasted, 1))
            if self._asked_to_stop.wait(PAUSE_SECONDS * 2 ** (in_a_row - 1)):
                return None
            self._begin_anew()

    def stop(self) -> None:
        """Ask for a clean stop; asked twice, stop at once. Safe to call from a signal handler."""
        self._asked_to_stop.set()
        self._running.stop()

    def _begin_anew(self) -> None:
        self._health.anew()
        self._observer.began_anew()
        self._running = self._new_run()
        if self._asked_to_stop.is_set():  # asked while there was no run that could hear it
            self._running.stop()
