"""What a rebalance leaves behind."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import faust
import pytest
from faust.events import Event
from faust.types import TP, ConsumerMessage, EventT, Message, StreamT

from tests.brokers import SECONDS, committed_offsets
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import (
    Held,
    acknowledge,
    holding,
    in_event_loop,
    joined,
    offline_app,
    put,
    raw_app,
    running,
    take,
)
from tests.faust_limits.clock import in_no_time
from tests.faust_limits.fetching import fetch_while_closed


@pytest.mark.kafka
def test_what_was_acknowledged_since_the_last_commit_is_forgotten_in_a_rebalance(kafka: str, topics: MakeTopic) -> None:
    """So it is read and judged a second time. faust-streaming #502.

    Faust drops its list of a revoked partition's acknowledged offsets before it asks to commit them.
    """
    topic = topics("in", partitions=1)
    put(kafka, topic, *[b"event"] * 3)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        async with holding(app, topic) as held:
            acknowledge(await held.first(3))
            async with joined(app, raw_app(kafka, topic), topic):
                pass
        assert committed_offsets(kafka, topic, topic) == {}

    in_event_loop(scenario)


@pytest.mark.kafka
def test_what_is_fetched_while_the_flow_is_closed_is_lost_where_nothing_was_committed_yet(
    kafka: str, topics: MakeTopic
) -> None:
    """Until the next rebalance or restart, and without a word. No issue upstream.

    Faust throws it away and steps back to the committed offset, which aiokafka does only if there is one.
    """
    topic = topics("in", partitions=1)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        async with holding(app, topic) as held:
            await fetch_while_closed(app, lambda: put(kafka, topic, b"lost"))
            put(kafka, topic, b"next")
            assert [event.value for event in await held.first(1)] == [b"next"]

    in_event_loop(scenario)


@pytest.mark.kafka
def test_an_event_that_came_before_a_rebalance_is_given_after_it(kafka: str, topics: MakeTopic) -> None:
    """One that waits while the agent is busy; its partition may be another worker's by then. No issue upstream.

    Faust leaves out such events where they enter a stream (#221), but this one is in it already.
    """
    topic = topics("in", partitions=1)
    put(kafka, topic, b"event")

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        held, done, second_came = Held(), asyncio.Event(), asyncio.Event()

        @app.agent(app.topic(topic))
        async def judge(stream: StreamT[Any]) -> None:
            async for events in take(stream):
                await held.hold(events)
                await done.wait()

        class Arrivals(faust.Sensor):
            def on_stream_event_in(self, tp: TP, offset: int, stream: StreamT[Any], event: EventT[Any]) -> None:
                if offset == 1:
                    second_came.set()

        app.sensors.add(Arrivals())
        async with running(app):
            await held.first(1)
            put(kafka, topic, b"event")
            await asyncio.wait_for(second_came.wait(), SECONDS)
            async with joined(app, raw_app(kafka, topic), topic):
                done.set()
                _, second = await held.first(2)
        assert second.message.offset == 1
        assert second.message.generation_id != app.consumer_generation_id

    in_event_loop(scenario)


def test_an_event_that_is_left_out_after_a_rebalance_is_acknowledged_where_cython_is_not_at_hand() -> None:
    """So a commit can run over the same event when it is read again. No issue upstream.

    Faust has each of its loops twice; the compiled one, which an x86-64 wheel brings, does it right.
    """
    acknowledged: list[int] = []
    given: list[object] = []

    def note(message: Message) -> bool:
        acknowledged.append(message.offset)
        return True

    async def scenario() -> None:
        app = offline_app()
        app.consumer = cast("Any", SimpleNamespace(unacked=set(), ack=note))
        app.consumer_generation_id = 2
        stream = app.stream(app.channel())

        async def judge() -> None:
            async for value in cast("Any", stream)._py_aiter():
                given.append(value)  # noqa: PERF401 - it never ends

        judging = asyncio.create_task(judge())
        await asyncio.sleep(1)
        for offset, generation in ((0, 1), (1, 2)):
            await cast("Any", stream.channel).put(event_of(app, offset, generation))
        await asyncio.sleep(1)
        judging.cancel()

    in_no_time(scenario)
    assert given == [b"1"]
    assert acknowledged == [0, 1]


def event_of(app: faust.App, offset: int, generation: int) -> Event:
    """An event as it comes from Kafka; its value is its offset."""
    place = TP("in", 0)
    value = b"%d" % offset
    message = ConsumerMessage(*place, offset, 0.0, 0, None, None, value, None, tp=place, generation_id=generation)
    message.incref()
    return Event(app, None, value, None, message)
