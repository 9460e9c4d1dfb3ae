"""What the demo runs on: a broker with the four topics, and a real worker in a process of its own."""

import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from detector.brokers import EmbeddedKafka, LocalKafka
from detector.brokers.guard import Guard
from detector.errors import DetectorError
from detector.operations.cluster import Cluster
from detector.operations.topics import create_topics, topic_specs
from detector.settings import Settings
from detector.settings.model import PREFIX

WORKER = (sys.executable, "-m", "detector", "worker")
PARTITIONS = 2
_STOP_SECONDS = 30.0
_LOG_LINES = 12


class Broker(StrEnum):
    """What stands in for the cluster."""

    EMBEDDED = "embedded"
    LOCAL = "local"

    @property
    def consumer_properties(self) -> Mapping[str, str]:
        """What a consumer needs there: the embedded broker lets a fetch wait its full time, whatever arrives."""
        return {"fetch.wait.max.ms": "10"} if self is Broker.EMBEDDED else {}


class WorkerFailed(DetectorError):
    """The worker ended by itself or in disorder; the message has its last lines."""


@contextmanager
def broker_with_topics(broker: Broker, note: Callable[[str], None]) -> Iterator[Settings]:
    """A broker and, on it, the topics of the settings that are given; `note` hears of what takes long."""
    if broker is Broker.EMBEDDED:
        names = [spec.name for spec in topic_specs(_settings(""))]
        with EmbeddedKafka(dict.fromkeys(names, PARTITIONS)) as embedded:
            yield _settings(embedded.bootstrap)
        return
    with LocalKafka(report=note) as local:
        settings = _settings(local.bootstrap)
        create_topics(Cluster(settings), topic_specs(settings), PARTITIONS, replication=1)
        yield settings


def _settings(bootstrap: str) -> Settings:
    # Constructed, not loaded: the environment speaks of the user's cluster, and this is not it.
    return Settings.model_construct(bootstrap_servers=bootstrap, group=f"detector-demo-{uuid.uuid4().hex[:8]}")


class Worker:
    """A worker process that starts on entry and is gone on exit, also when this process is killed."""

    def __init__(
        self, command: Sequence[str], settings: Settings, properties: Mapping[str, str], extra: Mapping[str, str]
    ) -> None:
        self._command = command
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
        folder = Path(tempfile.mkdtemp(prefix="detector-demo-"))
        self._log = folder / "worker.log"
        self._guard = Guard(folder)
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
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._end()
        self._guard.release()
        self._guard.close()

    def check(self) -> None:
        """Raises `WorkerFailed` if the worker does not run any more."""
        code = self._process.poll()
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

    def _end(self) -> int:
        self._process.terminate()
        try:
            return self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
