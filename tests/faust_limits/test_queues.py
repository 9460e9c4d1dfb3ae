"""The queues between Faust's consumer and its agents."""

import asyncio
from typing import Any

import pytest
from faust.types import StreamT

from tests.brokers import SECONDS, committed_offsets
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import Held, acknowledge, in_event_loop, one_by_one, put, raw_app, running

pytestmark = pytest.mark.kafka


def test_an_event_that_waits_is_thrown_away_when_the_flow_is_opened_though_it_is_open(
    kafka: str, topics: MakeTopic
) -> None:
    """And nobody misses it: what comes after is judged, and the commit runs over it (#606). No issue upstream.

    Faust does that itself, several times while tables recover, when events may be on their way already.
    """
    topic = topics("in", partitions=1)
    put(kafka, topic, b"in hand", b"waiting")

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        held, go_on = Held(), asyncio.Event()

        @app.agent(app.topic(topic))
        async def judge(stream: StreamT[Any]) -> None:
            async for events in one_by_one(stream):
                await held.hold(events)
                await go_on.wait()
                acknowledge(events)

        async with running(app), asyncio.timeout(SECONDS):
            await held.first(1)
            while not any(queue.qsize() for queue in app.flow_control._queues):  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0.01)
            app.flow_control.resume()
            go_on.set()
            put(kafka, topic, b"next", b"last")
            assert [event.value for event in await held.first(3)] == [b"in hand", b"next", b"last"]
            for _ in range(2):
                await app.consumer.commit()
        assert committed_offsets(kafka, topic, topic)[0] > 1  # which it had

    in_event_loop(scenario)
