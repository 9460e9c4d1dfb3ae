"""Faust apps that run inside a test's own event loop, against the real broker.

They commit only when the test asks, so that what stands committed is what the test did.
"""

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import faust
from faust.events import Event
from faust.tables.manager import TableManager
from faust.types import StreamT
from faust.types.transports import ProducerT

from detector.engines.faust.settling import SettledTransport
from detector.engines.faust.valve import SteadyFlow
from tests.brokers import SECONDS, Sent, produce

NEVER = 3600.0
"""Seconds between the commits that Faust does by itself: more than any test takes."""


class _NoTables(TableManager):
    """Waits no second for the tables of an app that has none."""

    async def sleep(self, *_: Any, **__: Any) -> None:
        await asyncio.sleep(0)


def raw_app(bootstrap: str, group: str, **settings: Any) -> faust.App:
    """An app of raw bytes in this group, with Faust's defaults for whatever is not asked for."""
    chosen: dict[str, Any] = {
        "broker": f"kafka://{bootstrap}",
        "key_serializer": "raw",
        "value_serializer": "raw",
        "broker_commit_interval": NEVER,
        "broker_heartbeat_interval": 0.1,  # a member hears of a rebalance with its next heartbeat
        "stream_wait_empty": False,  # else the stop waits for good on an event that nobody acknowledges
        "topic_disable_leader": True,
        "web_enabled": False,
        "TableManager": _NoTables,
        **settings,
    }
    return faust.App(group, **chosen)


def settled_app(bootstrap: str, group: str) -> faust.App:
    """A raw app over the engine's own transport and valve."""
    app = raw_app(bootstrap, group)
    app.transport = SettledTransport(app.conf.broker_consumer, app)
    app.producer_transport = SettledTransport(app.conf.broker_producer, app)
    app.flow_control = SteadyFlow()
    return app


def offline_app() -> faust.App:
    """An app for streams over its own channels, without a consumer."""
    app = raw_app("nowhere", "offline")
    app.consumer = cast("Any", SimpleNamespace(unacked=set(), _unacked_messages=set()))
    app.flow_control.resume()
    return app


@asynccontextmanager
async def running(app: faust.App) -> AsyncIterator[None]:
    """The app as a worker runs it, from its start to the end of the block."""
    # What `faust worker` sets; without it Faust passes over `exactly_once` in silence.
    app.in_worker = True
    app.finalize()
    await app.start()
    try:
        yield
    finally:
        await app.stop()


def take(stream: StreamT[Any], most: int = 100, within: float = 0.01) -> AsyncIterator[Sequence[Event]]:
    """Faust's `noack_take`: up to so many events, which nobody acknowledges but the test."""
    assert isinstance(stream, faust.Stream)
    return stream.noack_take(most, within=within)


Taking = Callable[[StreamT[Any]], AsyncIterator[Sequence[Event]]]
"""How an agent takes its events."""


async def one_by_one(stream: StreamT[Any]) -> AsyncIterator[Sequence[Event]]:
    """Faust's `noack().events()`: each event alone, acknowledged by nobody but the test."""
    assert isinstance(stream, faust.Stream)
    async for event in stream.noack().events():
        assert isinstance(event, Event)
        yield [event]


def acknowledge(events: Iterable[Event]) -> None:
    """What an agent does that is done with its events."""
    for event in events:
        event.ack()


class Held:
    """The events that an agent took, in the order it took them."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._more = asyncio.Condition()

    async def hold(self, events: Sequence[Event]) -> None:
        """Called by the agent."""
        async with self._more:
            self._events.extend(events)
            self._more.notify_all()

    async def first(self, count: int) -> list[Event]:
        """The first so many events, once they have come."""
        async with asyncio.timeout(SECONDS), self._more:
            await self._more.wait_for(lambda: len(self._events) >= count)
        return self._events[:count]

    async def all_of(self, *counts: int) -> list[list[Event]]:
        """By partition, its first events, once so many of each have come and no other partition has any."""
        async with asyncio.timeout(SECONDS), self._more:
            await self._more.wait_for(lambda: len(self._events) >= sum(counts))
        of = [[each for each in self._events if each.message.partition == number] for number in range(len(counts))]
        assert [len(events) for events in of] == list(counts)
        return of


@asynccontextmanager
async def holding(app: faust.App, topic: str, taking: Taking = take) -> AsyncIterator[Held]:
    """The app with one agent that takes every event of the topic as it comes and does nothing with it."""
    held = Held()

    @app.agent(app.topic(topic))
    async def hold(stream: StreamT[Any]) -> None:
        async for events in taking(stream):
            await held.hold(events)

    async with running(app):
        yield held


@asynccontextmanager
async def joined(app: faust.App, other: faust.App, topic: str) -> AsyncIterator[Held]:
    """The other app in the group of the first, which runs already, from when both have their share of the partitions."""
    shares = [assigned(each) for each in (app, other)]
    async with holding(other, topic) as held:
        await asyncio.wait_for(asyncio.gather(*(share.wait() for share in shares)), SECONDS)
        yield held


def assigned(app: faust.App) -> asyncio.Event:
    """Set when the next rebalance has told the app which partitions it has now, be it none."""
    told = asyncio.Event()

    async def tell(*_: Any, **__: Any) -> None:
        told.set()

    app.on_partitions_assigned.connect(tell, weak=False)
    return told


@asynccontextmanager
async def writing(app: faust.App) -> AsyncIterator[ProducerT]:
    """The producer of an app that is not running."""
    await app.producer.start()
    try:
        yield app.producer
    finally:
        await app.producer.stop()


def put(bootstrap: str, topic: str, *values: bytes, partition: int = 0) -> None:
    """Write the values to one partition."""
    # An idempotent producer takes half a second to get its id.
    produce(bootstrap, topic, [Sent(value, partition=partition) for value in values], enable_idempotence="false")


def in_event_loop(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test's scenario in an event loop of its own, and give up on it after a while."""
    try:
        asyncio.run(asyncio.wait_for(scenario(), 2 * SECONDS))
    finally:
        collect_connections()


def collect_connections() -> None:
    """Some of aiokafka's connections outlive Faust's threads unclosed; told of in the midst of another test they fail it."""
    told_to = sys.unraisablehook

    def tell(left: "sys.UnraisableHookArgs") -> None:
        if left.exc_type is not ResourceWarning:
            told_to(left)

    sys.unraisablehook = tell
    try:
        gc.collect()
    finally:
        sys.unraisablehook = told_to
