"""What Faust does keep and `detector/engines/faust` builds on: a red test here breaks the engine.

The engine keeps a book of its own of what may be committed, in the places of Faust's consumer where Faust keeps its own
(`settling.py`). Faust has to go on asking there, and at the same moments.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import faust
import pytest
from faust.events import Event
from faust.types import StreamT
from mode import CrashingSupervisor

from detector.engines.faust.settling import SettledConsumer
from detector.errors import Restart
from tests.brokers import SECONDS, Sent, committed_offsets
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import (
    Taking,
    holding,
    in_event_loop,
    joined,
    one_by_one,
    put,
    raw_app,
    running,
    settled_app,
    take,
)
from tests.faust_limits.fetching import fetch_while_closed
from tests.faust_limits.transactions import produce_transaction

pytestmark = pytest.mark.kafka

Book = tuple[Callable[..., faust.App], Callable[[faust.App, Event], object]]
"""How an app is made, and how an event is noted as done with."""


def settle(app: faust.App, event: Event) -> None:
    """As the engine does."""
    assert isinstance(app.consumer, SettledConsumer)
    app.consumer.settle(event.message)


by_either_book = pytest.mark.parametrize(
    "book",
    [
        pytest.param((settled_app, settle), id="the engine's"),
        pytest.param((raw_app, lambda _app, event: event.ack()), id="Faust's"),
    ],
)
"""Faust's own keeps these two promises, too, as long as events are acknowledged in order."""


@by_either_book
def test_events_that_are_done_with_are_committed_up_to_the_last_and_no_further(
    kafka: str, topics: MakeTopic, book: Book
) -> None:
    make_app, done_with = book
    topic = topics("in", partitions=2)
    put(kafka, topic, *[b"event"] * 5)
    put(kafka, topic, *[b"event"] * 3, partition=1)

    async def scenario() -> None:
        app = make_app(kafka, topic)
        async with holding(app, topic) as held:
            first, second = await held.all_of(5, 3)
            for event in first[:2]:
                done_with(app, event)
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 2}
            for event in (first[2], *second):
                done_with(app, event)
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 3, 1: 3}

    in_event_loop(scenario)


@by_either_book
def test_an_event_that_is_never_done_with_holds_the_commit_back_and_is_read_again(
    kafka: str, topics: MakeTopic, book: Book
) -> None:
    """As long as none behind it is (#606). The stop neither waits for it nor commits it."""
    make_app, done_with = book
    topic = topics("in", partitions=1)
    put(kafka, topic, *[b"event"] * 5)

    async def scenario() -> None:
        app = make_app(kafka, topic)
        async with holding(app, topic) as held:
            for event in (await held.first(5))[:2]:
                done_with(app, event)
            for _ in range(3):
                await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 2}
        assert committed_offsets(kafka, topic, topic) == {0: 2}
        async with holding(make_app(kafka, topic), topic) as held:
            assert (await held.first(1))[0].message.offset == 2

    in_event_loop(scenario)


@pytest.mark.parametrize("taking", [one_by_one, take])
def test_nothing_is_committed_that_was_only_taken(kafka: str, topics: MakeTopic, taking: Taking) -> None:
    topic = topics("in", partitions=1)
    put(kafka, topic, *[b"event"] * 3)

    async def scenario() -> None:
        for make_app in (settled_app, raw_app):
            app = make_app(kafka, topic)
            async with holding(app, topic, taking) as held:
                assert [event.message.offset for event in await held.first(3)] == [0, 1, 2]
                await app.consumer.commit()
        assert committed_offsets(kafka, topic, topic) == {}

    in_event_loop(scenario)


def test_what_was_settled_is_committed_before_its_partition_goes_to_another(kafka: str, topics: MakeTopic) -> None:
    """Be it before the rebalance or in a handler, for which the rebalance waits."""
    topic = topics("in", partitions=2)
    put(kafka, topic, *[b"event"] * 4)
    put(kafka, topic, *[b"event"] * 4, partition=1)

    async def scenario() -> None:
        app = settled_app(kafka, topic)
        async with holding(app, topic) as held:
            earlier, late = await held.all_of(4, 4)
            for event in earlier[:2]:
                settle(app, event)

            async def hand_over(*_: Any, **__: Any) -> None:
                await asyncio.sleep(0)
                for event in late[:3]:
                    settle(app, event)
                await app.consumer.commit()

            app.on_partitions_revoked.connect(hand_over)
            async with joined(app, settled_app(kafka, topic), topic):
                assert committed_offsets(kafka, topic, topic) == {0: 2, 1: 3}

    in_event_loop(scenario)


@pytest.mark.parametrize("committed", [0, 1])
def test_what_is_fetched_while_the_flow_is_closed_is_fetched_again(
    kafka: str, topics: MakeTopic, committed: int
) -> None:
    """From the committed offset, or from the start of the partition while there is none."""
    topic = topics("in", partitions=1)
    put(kafka, topic, *[b"earlier"] * committed)

    async def scenario() -> None:
        app = settled_app(kafka, topic)
        async with holding(app, topic) as held:
            for event in await held.first(committed):
                settle(app, event)
            await app.consumer.commit()
            await fetch_while_closed(app, lambda: put(kafka, topic, b"thrown away"))
            put(kafka, topic, b"next")
            events = await held.first(committed + 2)
            assert [event.value for event in events[committed:]] == [b"thrown away", b"next"]
            for event in events[committed:]:
                settle(app, event)

    in_event_loop(scenario)


def test_an_event_tells_whether_it_was_read_before_the_last_rebalance(kafka: str, topics: MakeTopic) -> None:
    """And to settle one that was commits nothing, whoever has its partition now."""
    topic = topics("in", partitions=2)
    put(kafka, topic, b"event")
    put(kafka, topic, b"event", partition=1)

    async def scenario() -> None:
        app = settled_app(kafka, topic)
        async with holding(app, topic) as held:
            before = await held.first(2)
            assert {event.message.generation_id for event in before} == {app.consumer_generation_id}
            async with joined(app, settled_app(kafka, topic), topic):
                (kept,) = (await held.first(3))[2:]
                assert kept.message.generation_id == app.consumer_generation_id
                assert app.consumer_generation_id not in {event.message.generation_id for event in before}
                for event in before:
                    settle(app, event)
                await app.consumer.commit()
                assert committed_offsets(kafka, topic, topic) == {}

    in_event_loop(scenario)


def test_holes_in_the_offsets_are_no_lost_events_and_a_lost_event_is_no_hole(kafka: str, topics: MakeTopic) -> None:
    """What was taken back leaves a hole; to commit past an event that was fetched and never settled is refused."""
    topic = topics("in", partitions=1)
    put(kafka, topic, b"first")
    produce_transaction(kafka, topic, [Sent(b"taken back")] * 3, take_back=True)
    produce_transaction(kafka, topic, [Sent(b"second")])
    put(kafka, topic, b"lost", b"last")

    async def scenario() -> None:
        app = settled_app(kafka, topic)
        async with holding(app, topic) as held:
            first, second, lost, last = await held.first(4)
            assert [event.value for event in (first, second, lost, last)] == [b"first", b"second", b"lost", b"last"]
            settle(app, first)
            settle(app, second)
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: second.message.offset + 1}
            with pytest.raises(Restart):
                settle(app, last)

    in_event_loop(scenario)


def test_an_agent_that_raises_ends_the_app_where_it_is_told_to_crash(kafka: str, topics: MakeTopic) -> None:
    """With its own exception as the reason, and nothing committed that was not settled."""
    topic = topics("in", partitions=1)
    put(kafka, topic, b"failing", b"second")

    class CannotJudge(Exception):
        pass

    async def judge(stream: StreamT[Any]) -> None:
        async for _ in one_by_one(stream):
            raise CannotJudge

    async def scenario() -> None:
        app = settled_app(kafka, topic)
        app.agent(app.topic(topic), supervisor_strategy=CrashingSupervisor)(judge)
        async with running(app):
            await asyncio.wait_for(app._crashed.wait(), SECONDS)
            assert isinstance(app.crash_reason, CannotJudge)
        assert committed_offsets(kafka, topic, topic) == {}

    in_event_loop(scenario)
