"""`processing_guarantee="exactly_once"`: what is read and what is written are not in one transaction.

Faust has a producer for each partition that it reads. Which of them writes a record goes by the partition it is written
to, which of them commits an offset goes by the partition it was read from.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import faust
import pytest
from faust.transport.consumer import TransactionManager
from faust.types import TP, StreamT

from tests.brokers import SECONDS, committed_offsets, read_committed
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import assigned, in_event_loop, put, raw_app, running, take

VERDICT: dict[str, Any] = {"key": b"k", "value": b"verdict", "partition": 1}
"""The key's own partition, of two, is 0."""


@pytest.mark.kafka
def test_a_record_for_a_topic_that_the_app_does_not_read_is_in_no_transaction(kafka: str, topics: MakeTopic) -> None:
    """It is there before its event's offset is, so a crash in between repeats it. faust-streaming #177, #517.

    Faust looks for the topic among those it reads and falls back on its plain producer; the partition that it was told
    to write to gets lost on the way.
    """
    events, verdicts = topics("events", partitions=2), topics("verdicts", partitions=2)
    put(kafka, events, b"event")

    async def scenario() -> None:
        app = exactly_once(kafka, events)
        answered = answer(app, events, verdicts)
        async with running(app):
            await asyncio.wait_for(answered.wait(), SECONDS)
            assert [(each.value, each.partition) for each in read_committed(kafka, verdicts)] == [(b"verdict", 0)]
            assert committed_offsets(kafka, events, events) == {}

    in_event_loop(scenario)


@pytest.mark.kafka
def test_an_offset_is_committed_without_the_record_that_answers_it(kafka: str, topics: MakeTopic) -> None:
    """The record stands in another transaction, which the next worker aborts. faust-streaming #177, #323, #517.

    An event of partition 0 is answered in partition 1 of a topic that the app reads, too.
    """
    events, verdicts = topics("events", partitions=2), topics("verdicts", partitions=2)
    put(kafka, events, b"event")

    async def scenario() -> None:
        app = exactly_once(kafka, events)
        answered = answer(app, events, verdicts)
        app.agent(app.topic(verdicts), name="reader")(nothing)
        async with running(app):
            await asyncio.wait_for(answered.wait(), SECONDS)
            assert await app.consumer.commit()
        next_app = exactly_once(kafka, events)
        for topic in (events, verdicts):
            next_app.agent(next_app.topic(topic), name=topic)(nothing)
        took_over = assigned(next_app)
        async with running(next_app):
            await asyncio.wait_for(took_over.wait(), SECONDS)
        assert committed_offsets(kafka, events, events) == {0: 1}
        assert read_committed(kafka, verdicts) == []

    in_event_loop(scenario)


@pytest.mark.kafka
def test_an_app_without_standby_replicas_crashes_when_it_gets_its_partitions(kafka: str, topics: MakeTopic) -> None:
    """faust-streaming #440: only Faust's own assignor, used for tables, knows which transaction a topic belongs to."""
    events = topics("events", partitions=1)

    async def scenario() -> None:
        app = exactly_once(kafka, events, table_standby_replicas=0)
        app.agent(app.topic(events), name="reader")(nothing)
        async with running(app):
            await asyncio.wait_for(app._crashed.wait(), SECONDS)
            assert isinstance(app.crash_reason, KeyError)

    in_event_loop(scenario)


def test_offsets_are_committed_in_the_name_of_the_group_alone() -> None:
    """No member and no generation, so a broker cannot tell a worker that was given up. aiokafka #844 (KIP-447)."""
    committed = []

    class Producer:
        async def commit_transactions(
            self, offsets: Mapping[str, Mapping[TP, int]], group: object, **_: object
        ) -> None:
            committed.append((dict(offsets), group))

    async def scenario() -> None:
        app = exactly_once("nowhere", "group")
        cast("Any", app.assignor)._topic_groups["events"] = 0
        transactions = TransactionManager(app.transport, consumer=cast("Any", None), producer=cast("Any", Producer()))
        await transactions.commit({TP("events", 0): 7})

    in_event_loop(scenario)
    assert committed == [({"group-0-0": {TP("events", 0): 7}}, "group")]


def exactly_once(bootstrap: str, group: str, **settings: Any) -> faust.App:
    """An app that asks for exactly-once processing."""
    return raw_app(bootstrap, group, processing_guarantee="exactly_once", **settings)


def answer(app: faust.App, events: str, verdicts: str) -> asyncio.Event:
    """Give the app an agent that answers one event with `VERDICT`; set once that is done and acknowledged."""
    answered = asyncio.Event()

    async def judge(stream: StreamT[Any]) -> None:
        async for (event,) in take(stream, most=1):
            await (await app.topic(verdicts).send(**VERDICT))
            event.ack()
            answered.set()

    app.agent(app.topic(events), name="judge")(judge)
    return answered


async def nothing(stream: StreamT[Any]) -> None:
    """An agent that reads along."""
    async for _ in stream:
        pass
