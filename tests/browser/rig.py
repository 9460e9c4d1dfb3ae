"""The console's service in this process: the real application, and a stream in memory that a test writes to."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any

from detector.clock import SystemClock
from detector.contracts.messages import EVENT_FILE, VERDICT_FILE, json_schemas
from detector.engines.http.console.console import Console
from detector.engines.http.console.ports import (
    Judged,
    Lag,
    Letter,
    Letters,
    Place,
    Ports,
    Returned,
    Skipped,
)
from detector.engines.http.service import HttpService, listening
from detector.errors import Retry
from detector.events import EventKind
from detector.feedback import Feedback
from detector.monitoring.health import Health
from detector.monitoring.http_metrics import HttpMetrics
from detector.monitoring.metrics import PrometheusObserver
from detector.records import Partition, Position
from detector.scoring import KeywordScorer, Scorer
from detector.settings import Settings
from detector.verdicts import Verdict

JOIN_SECONDS = 30.0


@dataclass
class MemoryStream:
    """All the ports of the console; what it holds a test sets, and reads what was written."""

    events: dict[Position, bytes] = field(default_factory=dict)
    letters: list[Letter] = field(default_factory=list)
    opinions: list[Feedback] = field(default_factory=list)
    put_back_places: list[Place] = field(default_factory=list)
    lag: Lag = Lag(0, 0.0)
    reachable: bool = True
    refusals: list[Skipped] = field(default_factory=list)
    _coming: Queue[Judged] = field(default_factory=Queue)
    _kept: list[Judged] = field(default_factory=list)

    def tell(self, verdict: Verdict, *, latency_ms: int | None = 40, at_ms: int | None = None) -> Judged:
        """A verdict comes."""
        kind = EventKind.BOOKING if verdict.model_segment == "BOOKING" else EventKind.LISTING_UPDATE
        written = round(SystemClock().now().timestamp() * 1000) if at_ms is None else at_ms
        position = Position(Partition("verdicts", 0), len(self._kept))
        judged = Judged(position, kind, written, latency_ms, verdict.model_dump_json(by_alias=True, exclude_none=True))
        self._kept.append(judged)
        self._coming.put(judged)
        return judged

    @property
    def ports(self) -> Ports:
        return Ports(_Verdicts(self), _Probe(self), _Events(self), _DeadLetters(self), _Opinions(self))

    def check(self) -> None:
        if not self.reachable:
            raise Retry("no broker answers at localhost:9092")


class _Port:
    def __init__(self, stream: MemoryStream) -> None:
        self._stream = stream

    def close(self) -> None:
        """There is nothing to let go of."""


class _Verdicts(_Port):
    def open(self, most: int) -> list[Judged]:
        self._stream.check()
        while not self._stream._coming.empty():
            self._stream._coming.get()
        return self._stream._kept[-most:]

    def read(self, seconds: float) -> list[Judged]:
        self._stream.check()
        try:
            found = [self._stream._coming.get(timeout=seconds)]
        except Empty:
            return []
        while not self._stream._coming.empty():
            found.append(self._stream._coming.get())
        return found


class _Probe(_Port):
    def measure(self) -> Lag:
        self._stream.check()
        return self._stream.lag


class _Events(_Port):
    def read(self, position: Position) -> bytes | None:
        self._stream.check()
        return self._stream.events.get(position)


class _DeadLetters(_Port):
    def newest(self, limit: int) -> Letters:
        self._stream.check()
        return Letters(self._stream.letters[:limit], len(self._stream.letters))

    def put_back(self, places: Sequence[Place]) -> Returned:
        self._stream.check()
        refused = {each.place for each in self._stream.refusals}
        going = [place for place in places if place not in refused]
        self._stream.put_back_places += going
        return Returned(len(going), self._stream.refusals)


class _Opinions(_Port):
    def write(self, feedback: Feedback) -> None:
        self._stream.check()
        self._stream.opinions.append(feedback)


@contextmanager
def console(stream: MemoryStream, scorer: Scorer | None = None, **settings: Any) -> Iterator[str]:
    """The service with its console, at this address, for as long as the block lasts."""
    given = Settings(**{"http_port": 0, "http_deadline_ms": 30_000, **settings})
    used = scorer or KeywordScorer()
    clock = SystemClock()
    observer = PrometheusObserver()
    schemas = {"Event": json_schemas()[EVENT_FILE], "Verdict": json_schemas()[VERDICT_FILE]}
    with listening(given) as listener:
        service = HttpService(
            given,
            used,
            observer,
            HttpMetrics(observer.registry),
            Health(clock, conditions=()),
            clock,
            schemas,
            Console(given, stream.ports, clock, used.card.identity),
        )
        # Not `run`, which turns the logging of the whole process to the service's own.
        thread = Thread(target=lambda: asyncio.run(service._serve(listener)), name="console under test")
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            service.stop()
            thread.join(JOIN_SECONDS)
            assert not thread.is_alive(), "the service did not stop"


def problem(status: int, title: str, detail: str) -> dict[str, Any]:
    """What `route.fulfill` takes for a refusal."""
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail})
    return {"status": status, "content_type": "application/problem+json", "body": body}
