"""Worker processes under test: started, watched through their log lines, stopped or killed."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import Any, Self

SECONDS = 60.0
"""The deadline of every wait: generous, since it only decides when a broken test gives up."""

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Stream:
    """One set of topics and one group, which the workers of a test share."""

    bootstrap: str
    listings: str
    bookings: str
    verdicts: str
    dead_letters: str
    group: str

    @property
    def environment(self) -> dict[str, str]:
        """The settings that point a worker here; the short session lets the group notice a SIGKILL soon."""
        return {
            "DETECTOR_BOOTSTRAP_SERVERS": self.bootstrap,
            "DETECTOR_LISTING_TOPIC": self.listings,
            "DETECTOR_BOOKING_TOPIC": self.bookings,
            "DETECTOR_VERDICT_TOPIC": self.verdicts,
            "DETECTOR_DEAD_LETTER_TOPIC": self.dead_letters,
            "DETECTOR_GROUP": self.group,
            "DETECTOR_METRICS_PORT": "0",
            "DETECTOR_KAFKA__SESSION_TIMEOUT_MS": "6000",
        }


@dataclass
class WorkerProcess:
    """A worker in a process of its own; use as a context, which kills what is left of it."""

    stream: Stream
    instance: str = "one"
    extra: Mapping[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("keyword_worker.py"))],
            env={**kept, **self.stream.environment, "DETECTOR_INSTANCE": self.instance, **self.extra},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[Line] = []
        self._changed = Condition()
        self._follower = Thread(target=self._follow, daemon=True)
        self._follower.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()

    def kill(self) -> None:
        """SIGKILL: no warning, no clean-up."""
        self.process.kill()
        self._ended()

    def terminate(self) -> int:
        """SIGTERM; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._ended()

    def exit_code(self) -> int:
        """Wait for the worker to end by itself."""
        return self._ended()

    def wait_for(self, event: str, matches: Callable[[Line], bool] = lambda _line: True) -> Line:
        """The first log line of this event that matches, already written or still to come."""

        def found() -> Line | None:
            return next((line for line in self.lines if line.get("event") == event and matches(line)), None)

        with self._changed:
            self._changed.wait_for(lambda: found() or not self._follower.is_alive(), SECONDS)
            line = found()
        assert line is not None, f"no {event!r} from the worker, which said: {self.lines}"
        return line

    def _ended(self) -> int:
        code = self.process.wait(SECONDS)
        self._follower.join(SECONDS)
        return code

    def _follow(self) -> None:
        assert self.process.stderr is not None
        for raw in self.process.stderr:
            try:
                line: Line = json.loads(raw)
            except ValueError:
                line = {"event": "not a log line", "raw": raw}
            with self._changed:
                self.lines.append(line)
                self._changed.notify_all()
        self.process.stderr.close()
        with self._changed:
            self._changed.notify_all()


@contextmanager
def running(stream: Stream, instance: str = "one", **extra: str) -> Iterator[WorkerProcess]:
    """A worker that has joined its group."""
    with WorkerProcess(stream, instance, extra) as worker:
        worker.wait_for("partitions assigned")
        yield worker
