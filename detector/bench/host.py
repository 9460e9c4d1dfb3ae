"""One worker process on the bench: when it was ready, what it says of itself, what it uses."""

import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self
from urllib.request import urlopen

from detector.bench.meter import Meter
from detector.bench.ready import LOOPBACK, free_port, wait_until_ready
from detector.clock import SystemClock
from detector.monitoring.exposition import Scrape, parsed
from detector.operations.worker_process import Worker
from detector.settings import Settings
from detector.settings.model import PREFIX

_ANSWER_SECONDS = 5.0


class Host:
    """A worker that runs as long as the block; `environment` are its settings, `command` starts it."""

    def __init__(self, command: Sequence[str], settings: Settings, environment: Mapping[str, str]) -> None:
        self._port = free_port()
        self.worker = Worker(command, settings, {}, {**environment, f"{PREFIX}METRICS_PORT": str(self._port)})

    def __enter__(self) -> Self:
        self._began = time.monotonic()
        self.worker.__enter__()
        self.meter = Meter(self.worker.pid, SystemClock())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.worker.__exit__(kind, error, at)

    def ready(self) -> float:
        """Waits until the worker is, and gives the seconds since its start; a few hundredths late at the most."""
        wait_until_ready(self._port, self.worker)
        return time.monotonic() - self._began

    def scrape(self) -> Scrape:
        """What its /metrics says now."""
        with urlopen(f"http://{LOOPBACK}:{self._port}/metrics", timeout=_ANSWER_SECONDS) as answer:
            return parsed(answer.read().decode(), time.monotonic())
