"""The application asked in its own process, with a model that the test holds back when it likes."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from typing import Any, Self

import httpx
from fastapi import APIRouter

from detector.clock import SystemClock
from detector.contracts.messages import EVENT_FILE, VERDICT_FILE, json_schemas
from detector.deadletters import BrakePolicy
from detector.engines.http.app import make_app
from detector.engines.http.judge import SOURCE, Judge
from detector.events import EventKind
from detector.monitoring.health import Health
from detector.monitoring.http_metrics import HttpMetrics
from detector.monitoring.metrics import PrometheusObserver
from detector.observing import StageTimed
from detector.pipeline import Pipeline, PipelinePolicy
from detector.scoring import KeywordScorer, Window, WindowScore
from detector.settings import Settings

PATIENCE = 10.0
"""Seconds after which a test that waits for what never comes gives up."""

SCHEMAS = {"Event": json_schemas()[EVENT_FILE], "Verdict": json_schemas()[VERDICT_FILE]}
JSON = {"Content-Type": "application/json"}


class HeldScorer(KeywordScorer):
    """Reads on only while `go` is set; remembers how large its batches were."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()
        self.go.set()
        self.reading = Event()
        self.batches: list[int] = []

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        self.batches.append(len(windows))
        self.reading.set()
        assert self.go.wait(PATIENCE)
        return super().score(windows)


class Noting(PrometheusObserver):
    """Tells when records come and go, and when windows are handed to the model."""

    def __init__(self) -> None:
        super().__init__()
        self._records = 0
        self._handed = 0
        self._changed = asyncio.Event()

    def in_flight(self, records: int) -> None:
        super().in_flight(records)
        self._records = records
        self._changed.set()

    def timed(self, fact: StageTimed) -> None:
        super().timed(fact)
        self._handed += fact.stage == "wait"
        self._changed.set()

    async def until_in_flight(self, records: int) -> None:
        await self._until(lambda: self._records == records)

    async def until_handed_on(self, windows: int) -> None:
        await self._until(lambda: self._handed >= windows)

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


class Api:
    """Use as an asynchronous context: the judge runs inside it. `settings` are those of the application."""

    def __init__(
        self,
        scorer: KeywordScorer | None = None,
        *,
        routers: Sequence[APIRouter] = (),
        schemas: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        clock = SystemClock()
        self.scorer = scorer or HeldScorer()
        self.health = Health(clock, conditions=("model",))
        self.observer = Noting()
        policy = PipelinePolicy({SOURCE: EventKind.LISTING_UPDATE}, brake=BrakePolicy(consecutive=10**6, share=1.0))
        pipeline = Pipeline(self.scorer, policy, clock, self.observer)
        self.judge = Judge(self.scorer, pipeline, self.observer, self.health, clock)
        given = Settings(**{"http_deadline_ms": PATIENCE * 1000, **settings})
        metrics = HttpMetrics(self.observer.registry)
        self.app = make_app(
            given, self.judge, self.health, metrics, clock, schemas={**(schemas or {}), **SCHEMAS}, routers=routers
        )
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        self.client = httpx.AsyncClient(transport=transport, base_url="http://localhost")

    async def __aenter__(self) -> Self:
        self.running = asyncio.ensure_future(self.judge.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.aclose()
        self.running.cancel()
        await asyncio.wait({self.running})

    async def score(self, content: bytes | list[bytes], **headers: str) -> httpx.Response:
        """Ask about one event, or a list of them."""
        body = b"[" + b",".join(content) + b"]" if isinstance(content, list) else content
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/v1/score", content=body, headers={**JSON, **named})

    def metric(self, name: str, **labels: str) -> float:
        """A sample; 0 for one that is not there yet."""
        return self.observer.registry.get_sample_value(name, labels) or 0.0


def play(test: Coroutine[Any, Any, None]) -> None:
    """Run an asynchronous test."""
    asyncio.run(test)


@contextmanager
def held(scorer: KeywordScorer) -> Iterator[None]:
    """The model reads nothing inside the block."""
    assert isinstance(scorer, HeldScorer)
    scorer.go.clear()
    try:
        yield
    finally:
        scorer.go.set()


async def until_reading(scorer: KeywordScorer) -> None:
    """Wait until the model has a batch."""
    assert isinstance(scorer, HeldScorer)
    assert await asyncio.to_thread(scorer.reading.wait, PATIENCE)


def about(number: int, text: str = "Two quiet rooms.", **members: object) -> bytes:
    """An event unlike that of any other number."""
    event = {"transactionContext": {"transactionId": str(number)}, "attributes": {"name": text}, **members}
    return json.dumps(event).encode()
