"""The demo's worker: a real one, in a process of its own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from detector.brokers.guard import Guard
from detector.errors import DetectorError
from detector.settings import Settings
from detector.settings.model import PREFIX

COMMAND = (sys.executable, "-m", "detector", "worker")
STOP_SECONDS = 20.0
LAST_LINES = 15


class WorkerDied(DetectorError):
    """Read the log lines in the message: the worker ended before its work was done."""


class WorkerProcess:
    """A worker from entry to exit; its log is a file in a temp folder, where the worker also runs.

    It runs there so that a file .env of the working directory, meant for a real cluster, does not reach it.
    """

    def __init__(self, settings: Settings, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._environment = _environment(settings)
        self._joined = Event()

    def __enter__(self) -> Self:
        self._folder = Path(tempfile.mkdtemp(prefix="detector-demo-"))
        self._guard = Guard(self._folder)
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            # Ctrl-C is for the demo, which then lets the worker finish in order.
            start_new_session=True,
        )
        self._guard.watch(self._process.pid)
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        self._guard.close()

    def await_joined(self, seconds: float) -> None:
        """Returns once the worker is in its group; raises `WorkerDied` if it ends, or does not get there in time."""
        # The listener sets the event at the worker's end, too.
        if not self._joined.wait(seconds):
            raise WorkerDied(f"the worker was not ready within {seconds:g} s. {self._last_words()}")
        self.check()

    def check(self) -> None:
        """Raises `WorkerDied` if the worker runs no more."""
        if (code := self._process.poll()) is not None:
            self._listener.join()
            raise WorkerDied(f"the worker ended with {code}. {self._last_words()}")

    def stop(self) -> None:
        """Let it finish and leave its group, as SIGTERM does in production; raises if it does not end with 0."""
        self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            raise WorkerDied(f"the worker did not stop within {STOP_SECONDS:g} s. {self._last_words()}") from None
        if code != 0:
            self._listener.join()
            raise WorkerDied(f"the worker ended with {code} when it was stopped. {self._last_words()}")

    def _listen(self) -> None:
        assert self._process.stderr is not None
        with (self._folder / "worker.log").open("wb", buffering=0) as log, self._process.stderr as lines:
            for line in lines:
                log.write(line)
                if _event_of(line) == "partitions assigned":
                    self._joined.set()
        self._joined.set()

    def _last_words(self) -> str:
        lines = (self._folder / "worker.log").read_text(errors="replace").strip().splitlines()
        return "The last lines of its log:\n" + "\n".join(lines[-LAST_LINES:] or ["(none)"])


def _event_of(line: bytes) -> object:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry.get("event") if isinstance(entry, dict) else None


def _environment(settings: Settings) -> dict[str, str]:
    """This process's own, but for the detector's settings, which are exactly these."""
    outside = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    dumped = settings.model_dump(mode="json", exclude={"kafka"}, exclude_none=True)
    return outside | {f"{PREFIX}{name.upper()}": str(value) for name, value in dumped.items()}
