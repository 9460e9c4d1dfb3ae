"""The pipeline on an event loop, between whatever reads records and whatever writes outcomes.

Records come in with a way to acknowledge them, outcomes go out, then the records are acknowledged. It knows no Faust,
so a test drives it by hand.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential

from detector.clock import Clock
from detector.engines.backlog import Backlog
from detector.engines.deadline import Deadline
from detector.engines.feed import ModelFeed
from detector.engines.patience import LONGEST_WAIT_SECONDS
from detector.engines.room import Room
from detector.errors import Retry
from detector.monitoring.health import Health
from detector.observing import EngineObserver, Lag
from detector.outcomes import Delivery, Outcome
from detector.pipeline import Pipeline
from detector.records import Partition, Record
from detector.scoring import Scorer

log = structlog.get_logger()

DELIVER_AT_MOST = 5_000
TURN_SECONDS = 1.0

Write = Callable[[Sequence[Outcome]], Awaitable[None]]
"""Writes outcomes and returns once the broker has confirmed each. Raises `Retry` where trying again may help."""


class _Unacknowledged(NamedTuple):
    offset: int
    size: int
    acknowledge: Callable[[], object]


class Flow:
    """Judges what is admitted and acknowledges it, in order within each partition, once its outcome is confirmed.

    In order, because Faust may commit past a record in flight whose neighbours are acknowledged (its issue 606).
    Everything here runs on one event loop but the model, which has a thread of its own.
    """

    def __init__(
        self,
        scorer: Scorer,
        pipeline: Pipeline,
        write: Write,
        room: Room,
        observer: EngineObserver,
        health: Health,
        clock: Clock,
    ) -> None:
        self._pipeline = pipeline
        self._write = write
        self._room = room
        self._observer = observer
        self._health = health
        self._clock = clock
        self._open = False
        self._delivering: asyncio.Future[Delivery] | None = None
        self._failure: BaseException | None = None
        self._unacknowledged: dict[Partition, deque[_Unacknowledged]] = {}
        self._backlog = Backlog()
        self._changed = asyncio.Event()
        self._freed = asyncio.Event()
        self._settled = asyncio.Event()
        self._feed = ModelFeed(scorer, pipeline, health, clock, self._changed.set)

    @property
    def next_offsets(self) -> Mapping[Partition, int]:
        """Of each partition that was read from: the offset after the last one settled, or the first one read."""
        return self._backlog.next_offsets

    def lag(self, ends: Mapping[Partition, int]) -> dict[Partition, Lag]:
        """How far behind these ends the flow is, of the partitions that it has read from."""
        return self._backlog.lag(ends, self._clock.now().timestamp())

    async def admit(self, record: Record, acknowledge: Callable[[], object]) -> None:
        """Take a record in once there is room. While the flow is closed it is dropped, to be read again by its next owner.

        Raises `BrakePulled` like `Pipeline.push`.
        """
        await self._wait_for_room()
        if not self._open:
            return
        (partition, offset), size = record.position, record.size
        written = record.timestamp_ms
        self._backlog.read(record.position, self._clock.now().timestamp() if written is None else written / 1000)
        self._unacknowledged.setdefault(partition, deque()).append(_Unacknowledged(offset, size, acknowledge))
        self._room.enter(1, size)
        self._pipeline.push(record)
        self._changed.set()

    async def run(self) -> None:
        """Work until cancelled; raises what the worker must not outlive."""
        try:
            while True:
                self._health.beat("coordinator")
                self._feed.feed()
                self._deliver()
                self._observer.in_flight(self._pipeline.in_flight)
                self._observer.brake(self._pipeline.brake_fill)
                if not self._pipeline.in_flight and self._delivering is None:
                    self._settled.set()
                await self._next_change()
        finally:
            self._health.rest("coordinator")
            self._feed.close()

    def join(self, seconds: float) -> None:
        """Once `run` has ended: wait for the model's last batch, at most so long."""
        self._feed.join(seconds)

    def reopen(self, partitions: int) -> None:
        """A rebalance gave this worker so many partitions: admit their records."""
        self._open = True
        self._observer.rebalanced(partitions)

    async def hand_over(self, deadline: Deadline) -> bool:
        """Admit nothing more, end what is in flight, and forget what is not done by the deadline; says whether all was.

        What was forgotten is unacknowledged, so whoever reads these partitions next reads it again.
        """
        self._open = False
        self._settled.clear()
        self._changed.set()
        done = True
        try:
            async with asyncio.timeout(deadline.remaining):
                await self._settled.wait()
        except TimeoutError:
            done = False
            log.warning("partitions given up before their last delivery was certain", records=self._pipeline.in_flight)
        self._forget()
        return done

    async def _wait_for_room(self) -> None:
        while self._room.is_full:
            self._observer.held_back(paused=True)
            self._freed.clear()
            await self._freed.wait()
            self._observer.held_back(paused=False)

    async def _next_change(self) -> None:
        due = self._feed.wait()
        try:
            async with asyncio.timeout(TURN_SECONDS if due is None else min(due, TURN_SECONDS)):
                await self._changed.wait()
        except TimeoutError:
            pass
        self._changed.clear()
        if self._failure is not None:
            raise self._failure

    def _deliver(self) -> None:
        if self._delivering is not None:
            return
        delivery = self._pipeline.take(DELIVER_AT_MOST)
        if delivery.offsets:
            self._delivering = asyncio.ensure_future(self._written(delivery))
            self._delivering.add_done_callback(self._delivered)

    async def _written(self, delivery: Delivery) -> Delivery:
        start = self._clock.monotonic()
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Retry),
            wait=wait_random_exponential(multiplier=0.1, max=LONGEST_WAIT_SECONDS),
        )
        async for attempt in retrying:
            with attempt:
                await self._write_once(delivery)
        self._health.rest("delivery")
        seconds = self._clock.monotonic() - start
        self._observer.busy("deliver", seconds)
        self._observer.delivered(delivery, seconds, self._clock.now().timestamp())
        return delivery

    async def _write_once(self, delivery: Delivery) -> None:
        self._health.beat("delivery")
        try:
            await self._write(delivery.outcomes)
        except Retry as error:
            self._observer.refused()
            log.warning("outcomes not confirmed, will be written again", cause=str(error))
            raise

    def _delivered(self, writing: asyncio.Future[Delivery]) -> None:
        self._delivering = None
        self._changed.set()
        if writing.cancelled():
            return
        try:
            self._acknowledge(writing.result())
        except Exception as error:  # noqa: BLE001 - a callback's error would be lost, `run` raises it
            self._fail(error)

    def _acknowledge(self, delivery: Delivery) -> None:
        for partition, next_offset in delivery.offsets.items():
            waiting = self._unacknowledged.get(partition, deque())
            while waiting and waiting[0].offset < next_offset:
                record = waiting.popleft()
                record.acknowledge()
                self._leave(record)
        self._backlog.delivered(delivery.offsets)

    def _leave(self, record: _Unacknowledged) -> None:
        self._room.leave(1, record.size)
        self._freed.set()

    def _forget(self) -> None:
        self._pipeline.forget(list(self._unacknowledged))
        for waiting in self._unacknowledged.values():
            for record in waiting:
                self._leave(record)
        self._unacknowledged.clear()
        self._backlog.forget(list(self._backlog.next_offsets))
        self._freed.set()

    def _fail(self, error: BaseException) -> None:
        self._failure = self._failure or error
