"""Worker processes under test: started, watched through their log lines, stopped or killed."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition, Event, Thread
from types import TracebackType
from typing import Any, Self
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.brokers import create_topics

SECONDS = 60.0
"""The deadline of every wait: generous, since it only decides when a broken test gives up."""

KEYWORD_WORKER = (sys.executable, str(Path(__file__).with_name("keyword_worker.py")))
SHIPPED_WORKER = (sys.executable, "-m", "detector", "worker")

Line = Mapping[str, Any]


@dataclass(frozen=True)
class Stream:
    """One set of topics and one group, which the workers of a test share; `settings` are those of all its workers."""

    bootstrap: str
    listings: str
    bookings: str
    verdicts: str
    dead_letters: str
    group: str
    settings: Mapping[str, str] = field(default_factory=dict)

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
            **self.settings,
        }


def fresh_stream(bootstrap: str, settings: Mapping[str, str] | None = None, *, partitions: int = 4) -> Stream:
    """Fresh topics on the broker and a group nobody has used."""
    suffix = uuid.uuid4().hex[:8]
    stems = ("listings", "bookings", "verdicts", "dead-letters")
    listings, bookings, verdicts, dead_letters = (f"{stem}-{suffix}" for stem in stems)
    create_topics(bootstrap, listings, bookings, partitions=partitions)
    create_topics(bootstrap, verdicts, partitions=partitions, config={"cleanup.policy": "compact,delete"})
    create_topics(bootstrap, dead_letters, partitions=partitions, config={"max.message.bytes": "4194304"})
    return Stream(bootstrap, listings, bookings, verdicts, dead_letters, f"group-{suffix}", settings or {})


@dataclass
class WorkerProcess:
    """A worker in a process of its own; use as a context, which kills what is left of it.

    `said` is all that it wrote to standard output and error, line by line, `lines` the same read as log lines.
    """

    stream: Stream
    instance: str = "one"
    extra: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = KEYWORD_WORKER

    def __enter__(self) -> Self:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
        self.process = subprocess.Popen(
            self.command,
            env={**kept, **self.stream.environment, "DETECTOR_INSTANCE": self.instance, **self.extra},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said: list[str] = []
        self.lines: list[Line] = []
        self._changed = Condition()
        self._follower = Thread(target=self._follow, daemon=True)
        self._follower.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.kill()
        if error is not None:
            sys.stderr.writelines(["The worker's last words:\n", *self.said[-30:]])

    def kill(self) -> None:
        """SIGKILL: no warning, no clean-up."""
        self.process.kill()
        self._ended()

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def terminate(self) -> int:
        """SIGTERM; gives the exit code."""
        self.ask_to_stop()
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

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body of one of the worker's endpoints."""
        port = self.wait_for("worker starting")["metrics_port"]
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as refusal:
            with refusal:
                return refusal.code, refusal.read().decode()

    def samples(self) -> dict[str, float]:
        """What /metrics shows now, by each sample's name with its labels."""
        lines = [line for line in self.ask("/metrics")[1].splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def samples_when(self, enough: Callable[[Mapping[str, float]], bool]) -> Mapping[str, float]:
        """The same, once it is as wanted: nothing tells when a metric changes, so it is asked for again and again."""
        deadline = time.monotonic() + SECONDS
        while not enough(samples := self.samples()):
            assert time.monotonic() < deadline, f"the metrics are still {samples}"
            Event().wait(0.05)
        return samples

    def _ended(self) -> int:
        code = self.process.wait(SECONDS)
        self._follower.join(SECONDS)
        return code

    def _follow(self) -> None:
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            try:
                line: Line = json.loads(raw)
            except ValueError:
                line = {"event": "not a log line", "raw": raw}
            with self._changed:
                self.said.append(raw)
                self.lines.append(line)
                self._changed.notify_all()
        self.process.stdout.close()
        with self._changed:
            self._changed.notify_all()


def answered(samples: Mapping[str, float]) -> float:
    """How many outcomes a worker has counted; each is visible a moment before it is."""
    counters = ("detector_verdicts_total", "detector_tombstones_total", "detector_dead_letters_total")
    return sum(value for name, value in samples.items() if name.startswith(counters))


@contextmanager
def running(
    stream: Stream, instance: str = "one", command: Sequence[str] = KEYWORD_WORKER, **extra: str
) -> Iterator[WorkerProcess]:
    """A worker that has joined its group."""
    with WorkerProcess(stream, instance, extra, command) as worker:
        worker.wait_for("partitions assigned")
        yield worker
