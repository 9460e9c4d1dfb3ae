"""What becomes of an event whose agent raises, under the supervisor that Faust uses unless told otherwise."""

import asyncio
from typing import Any

import pytest
from faust.types import StreamT

from tests.brokers import SECONDS, committed_offsets
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import Held, in_event_loop, put, raw_app, running, take

pytestmark = pytest.mark.kafka


class CannotJudge(Exception):
    """What an agent raises in these tests."""


def test_an_event_on_which_the_agent_failed_is_passed_over_and_committed(kafka: str, topics: MakeTopic) -> None:
    """faust-streaming #315. Documented policy: an agent that raises acknowledges its event and goes on with the next."""
    topic = topics("in", partitions=1)
    put(kafka, topic, b"failing", b"second", b"third", b"fourth")

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        judged: list[bytes] = []
        at_the_fourth, go_on = asyncio.Event(), asyncio.Event()

        @app.agent(app.topic(topic))
        async def judge(stream: StreamT[bytes]) -> None:
            async for value in stream:
                if value == b"failing":
                    raise CannotJudge
                if value == b"fourth":
                    at_the_fourth.set()
                    await go_on.wait()
                judged.append(value)

        async with running(app):
            await asyncio.wait_for(at_the_fourth.wait(), SECONDS)
            assert judged == [b"second", b"third"]
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 3}
            go_on.set()

    in_event_loop(scenario)


def test_an_event_that_was_left_unacknowledged_is_passed_over_and_committed_just_the_same(
    kafka: str, topics: MakeTopic
) -> None:
    """faust-streaming #527, robinhood/faust #604: an agent that is started again goes on with what is in memory.

    The events after it are acknowledged, and the commit runs over the one that is not (#606, see `test_commits.py`).
    """
    topic = topics("in", partitions=1)
    put(kafka, topic, b"failing", b"second", b"third")

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        judged = Held()

        @app.agent(app.topic(topic))
        async def judge(stream: StreamT[Any]) -> None:
            async for events in take(stream, most=1):
                if events[0].value == b"failing":
                    raise CannotJudge
                events[0].ack()
                await judged.hold(events)

        async with running(app):
            assert [event.value for event in await judged.first(2)] == [b"second", b"third"]
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 3}

    in_event_loop(scenario)
