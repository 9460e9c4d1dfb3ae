"""A flow with its surroundings: the test plays broker, and releases the model and the writes when it likes."""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from threading import Event
from typing import Any, Self

from detector.clock import ManualClock
from detector.deadletters import BrakePolicy
from detector.engines.deadline import Deadline
from detector.engines.faust.flow import Flow
from detector.engines.room import Room
from detector.events import EventKind
from detector.monitoring.health import Health
from detector.monitoring.metrics import PrometheusObserver
from detector.outcomes import Outcome
from detector.pipeline import Pipeline, PipelinePolicy
from detector.records import Partition, Position, Record
from detector.scoring import KeywordScorer, Window, WindowScore

FIRST, SECOND = Partition("listings", 0), Partition("listings", 1)
EVENT = b'{"transactionContext": {"transactionId": "1"}, "attributes": {"name": "Quayside"}}'
PATIENCE = 10.0
"""Seconds after which a test that waits for what never comes gives up."""


class HeldScorer(KeywordScorer):
    """Reads on only while `go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go = Event()
        self.go.set()

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        assert self.go.wait(PATIENCE)
        return super().score(windows)


class Broker:
    """Confirms writes while `go` is set; `errors` are raised first, one a write."""

    def __init__(self) -> None:
        self.written: list[Outcome] = []
        self.errors: list[Exception] = []
        self.go = asyncio.Event()
        self.go.set()
        self.asked = asyncio.Event()

    async def write(self, outcomes: Sequence[Outcome]) -> None:
        self.asked.set()
        await self.go.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.written.extend(outcomes)


class Rig:
    """Use as an asynchronous context: the flow runs inside it."""

    def __init__(
        self, *, records: int = 1000, brake: BrakePolicy | None = None, scorer: KeywordScorer | None = None
    ) -> None:
        self.clock = ManualClock()
        self.scorer = scorer or HeldScorer()
        self.broker = Broker()
        self.health = Health(self.clock)
        self.observer = PrometheusObserver()
        policy = PipelinePolicy({"listings": EventKind.LISTING_UPDATE}, brake=brake or BrakePolicy())
        self.flow = Flow(
            self.scorer,
            Pipeline(self.scorer, policy, self.clock, self.observer),
            self.broker.write,
            Room(records, 1_000_000),
            self.observer,
            self.health,
            self.clock,
        )
        self.acknowledged: list[Position] = []
        self._changed = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.running = asyncio.ensure_future(self.flow.run())
        self.flow.reopen(2)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.running.cancel()
        await asyncio.wait({self.running})

    async def admit(self, *offsets: int, partition: Partition = FIRST, value: bytes = EVENT) -> None:
        for offset in offsets:
            position = Position(partition, offset)
            await self.flow.admit(Record(position, b"key", value), partial(self._acknowledge, position))

    async def until_acknowledged(self, count: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.acknowledged) < count:
                self._changed.clear()
                await self._changed.wait()

    def in_no_time(self) -> Deadline:
        return Deadline(self.clock, 0.0)

    def in_good_time(self) -> Deadline:
        return Deadline(self.clock, PATIENCE)

    def _acknowledge(self, position: Position) -> None:
        self.acknowledged.append(position)
        self._changed.set()


def play(test: Coroutine[Any, Any, None]) -> None:
    """Run an asynchronous test."""
    asyncio.run(test)


@contextmanager
def held(scorer: HeldScorer) -> Iterator[None]:
    """The model reads nothing inside the block."""
    scorer.go.clear()
    try:
        yield
    finally:
        scorer.go.set()
