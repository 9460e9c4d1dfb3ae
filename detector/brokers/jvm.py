"""A real Apache Kafka, one KRaft node in one JVM, without Docker."""

import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from detector.brokers.errors import PortTaken
from detector.brokers.guard import Guard
from detector.brokers.jars import Report, kafka_jars
from detector.brokers.java import find_java
from detector.brokers.machine import Machine
from detector.brokers.node import LOOPBACK, Ports, format_storage, free_ports, settings_text
from detector.brokers.process import BrokerProcess

_PORT_ATTEMPTS = 5
_STOP_SECONDS = 15.0


def _silent(_: str) -> None:
    pass


class LocalKafka:
    """Starts on entry, answers when entry returns, and is gone with its temp folder on exit.

    Entry raises `ToolMissing`, `FetchFailed` or `BrokerDied`. `jars` and `settings` override where the jars are and
    how the broker behaves; `report` hears one line per long step. The JVM also ends when this process is killed.
    For one thread at a time.
    """

    def __init__(
        self,
        jars: Path | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        report: Report = _silent,
        heap_mb: int = 256,
        start_seconds: float = 60.0,
    ) -> None:
        self._jars, self._settings, self._report = jars, settings or {}, report
        self._heap_mb, self._start_seconds = heap_mb, start_seconds
        self._ports = Ports(0, 0)
        self._cluster = ""
        self._guard: Guard | None = None
        self._process: BrokerProcess | None = None

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients; the same before and after a restart."""
        return f"{LOOPBACK}:{self._ports.broker}"

    @property
    def pid(self) -> int | None:
        """The JVM's process id while it runs."""
        return self._process.pid if self._process else None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Starts a new, empty broker."""
        java = find_java(os.environ)
        jars = kafka_jars(self._jars, os.environ, self._report)
        self._report("Starting Apache Kafka")
        self._folder = Path(tempfile.mkdtemp(prefix="detector-kafka-"))
        self._guard = Guard(self._folder)
        try:
            self._machine = Machine(java, jars, self._heap_mb)
            self._start_on_free_ports()
        except BaseException:
            self.stop()
            raise
        self._report(f"Apache Kafka answers on {self.bootstrap}")

    def restart(self) -> None:
        """Ends the broker in order, if it still runs, and starts it again on the same ports and data."""
        self._end(signal.SIGTERM)
        self._launch()

    def kill(self) -> None:
        """Ends the broker as a crash would; `restart` brings it back."""
        self._end(signal.SIGKILL)

    def stop(self, seconds: float = _STOP_SECONDS) -> None:
        """Ends the broker, in order where it obeys within so many seconds, and removes its data."""
        self._end(signal.SIGTERM, seconds)
        if self._guard is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._guard.close()
            self._guard = None

    def _start_on_free_ports(self) -> None:
        for attempts_left in reversed(range(_PORT_ATTEMPTS)):
            self._ports = free_ports()
            data = self._folder / "data"
            shutil.rmtree(data, ignore_errors=True)
            text = settings_text(self._ports, data, self._settings)
            (self._folder / "server.properties").write_text(text)
            self._cluster = format_storage(self._machine.tool_command(), self._folder, self._machine.checkpoint)
            try:
                return self._launch()
            except PortTaken:
                if not attempts_left:
                    raise

    def _launch(self) -> None:
        if self._guard is None:
            raise RuntimeError("the local Kafka is not started; use it within its `with` block")
        command = [*self._machine.broker_command(), str(self._folder / "server.properties")]
        self._process = BrokerProcess(command, self._folder)
        try:
            self._guard.watch(self._process.pid)
            self._process.await_answer(self.bootstrap, self._cluster, self._start_seconds)
        except BaseException:
            self._end(signal.SIGKILL)
            raise

    def _end(self, by: signal.Signals, seconds: float = _STOP_SECONDS) -> None:
        process, self._process = self._process, None
        if process is None or self._guard is None:
            return
        obeyed = process.end(by, seconds)
        self._guard.release()
        self._machine.keep_archive(whole=obeyed and by is signal.SIGTERM)
