"""A worker in a process of its own, for commands that start one, watch it and end it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from detector.brokers.guard import Guard
from detector.errors import DetectorError
from detector.settings import Settings
from detector.settings.model import PREFIX

WORKER = (sys.executable, "-m", "detector", "worker")
_STOP_SECONDS = 30.0
_LOG_LINES = 12


class WorkerFailed(DetectorError):
    """The worker ended by itself or in disorder; the message has its last lines."""


class Worker:
    """A worker process that starts on entry and is gone on exit, also when this process is killed.

    It works on the cluster and in the group of `settings`; `properties` are librdkafka's, `extra` are environment
    variables that win over all else.
    """

    def __init__(
        self, command: Sequence[str], settings: Settings, properties: Mapping[str, str], extra: Mapping[str, str]
    ) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(PREFIX)},
            f"{PREFIX}BOOTSTRAP_SERVERS": settings.bootstrap_servers,
            f"{PREFIX}GROUP": settings.group,
            f"{PREFIX}METRICS_HOST": "127.0.0.1",
            f"{PREFIX}METRICS_PORT": "0",
            f"{PREFIX}LOG_FORMAT": "console",
            **{f"{PREFIX}KAFKA__{name.upper().replace('.', '_')}": value for name, value in properties.items()},
            **extra,
        }

    def __enter__(self) -> Self:
        # Run in a folder of its own, the worker does not read the user's .env.
        folder = Path(tempfile.mkdtemp(prefix="detector-worker-"))
        self._log = folder / "worker.log"
        self._guard = Guard(folder)
        try:
            with self._log.open("wb") as log:
                self._process = subprocess.Popen(
                    self._command,
                    cwd=folder,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )
            self._guard.watch(self._process.pid)
        except BaseException:
            # An interrupt may come when the process has just been started.
            self._close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._running.pid

    def check(self) -> None:
        """Raises `WorkerFailed` if the worker does not run any more."""
        code = self._running.poll()
        if code is not None:
            raise WorkerFailed(f"the worker ended with exit code {code}. {self.last_words()}")

    def stop(self) -> None:
        """SIGTERM; raises `WorkerFailed` if the worker does not then end with 0."""
        code = self._end()
        if code != 0:
            raise WorkerFailed(f"the worker should have stopped with exit code 0, not {code}. {self.last_words()}")

    def last_words(self) -> str:
        """The last lines that the worker wrote."""
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return "Its last lines:\n" + "\n".join(lines[-_LOG_LINES:] or ["(none)"])

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the worker runs within its `with` block"
        return self._process

    def _close(self) -> None:
        if self._process is not None:
            self._end()
            self._guard.release()
        self._guard.close()

    def _end(self) -> int:
        process = self._running
        process.terminate()
        try:
            return process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()
