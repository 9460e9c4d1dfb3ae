"""What Faust 0.15.3 does keep, and `detector/engines/faust` builds on: a red test here breaks the engine.

The other modules of this folder show what it does not keep.
"""

import asyncio
from typing import Any

import faust
import pytest
from faust.types import StreamT
from mode import CrashingSupervisor

from detector.engines.faust.transport import CommittedTransport
from tests.brokers import SECONDS, Sent, committed_offsets, produce, read_committed
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import (
    acknowledge,
    holding,
    in_event_loop,
    joined,
    put,
    raw_app,
    running,
    take,
    writing,
)
from tests.faust_limits.transactions import produce_transaction

pytestmark = pytest.mark.kafka


def test_events_acknowledged_in_order_are_committed_up_to_the_last_and_no_further(
    kafka: str, topics: MakeTopic
) -> None:
    topic = topics("in", partitions=2)
    put(kafka, topic, *[b"event"] * 5)
    put(kafka, topic, *[b"event"] * 3, partition=1)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        async with holding(app, topic) as held:
            first, second = await held.all_of(5, 3)
            acknowledge(first[:2])
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 2}
            acknowledge([*first[2:3], *second])
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 3, 1: 3}

    in_event_loop(scenario)


def test_an_event_that_nobody_acknowledges_holds_the_commit_back_and_the_stop_commits_no_more(
    kafka: str, topics: MakeTopic
) -> None:
    """As long as nothing behind it is acknowledged, which is why the engine acknowledges in order (see #606)."""
    topic = topics("in", partitions=1)
    put(kafka, topic, *[b"event"] * 5)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        async with holding(app, topic) as held:
            acknowledge((await held.first(5))[:2])
            for _ in range(3):
                await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 2}
        # The stop did not wait for the other three: `stream_wait_empty` is off, as in the engine.
        assert committed_offsets(kafka, topic, topic) == {0: 2}
        async with holding(raw_app(kafka, topic), topic) as held:
            assert (await held.first(1))[0].message.offset == 2

    in_event_loop(scenario)


def test_what_is_acknowledged_while_partitions_are_taken_away_can_be_committed_before_they_go(
    kafka: str, topics: MakeTopic
) -> None:
    topic = topics("in", partitions=1)
    put(kafka, topic, *[b"event"] * 4)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        async with holding(app, topic) as held:
            events = await held.first(4)

            async def hand_over(*_: Any, **__: Any) -> None:
                acknowledge(events[:3])
                await app.consumer.commit()

            app.on_partitions_revoked.connect(hand_over)
            async with joined(app, raw_app(kafka, topic), topic):
                assert committed_offsets(kafka, topic, topic) == {0: 3}

    in_event_loop(scenario)


def test_an_event_tells_whether_it_was_read_before_the_last_rebalance(kafka: str, topics: MakeTopic) -> None:
    """And acknowledging one that was commits nothing of a partition that has gone to another worker."""
    topic = topics("in", partitions=2)
    put(kafka, topic, b"event")
    put(kafka, topic, b"event", partition=1)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        async with holding(app, topic) as held:
            before = await held.first(2)
            assert {event.message.generation_id for event in before} == {app.consumer_generation_id}
            async with joined(app, raw_app(kafka, topic), topic):
                (kept,) = (await held.first(3))[2:]
                assert kept.message.generation_id == app.consumer_generation_id
                assert app.consumer_generation_id not in {event.message.generation_id for event in before}
                acknowledge(before)
                await app.consumer.commit()
                assert committed_offsets(kafka, topic, topic) == {kept.message.partition: 1}

    in_event_loop(scenario)


def test_an_agent_that_raises_ends_the_app_where_it_is_told_to_crash(kafka: str, topics: MakeTopic) -> None:
    """With its own exception as the reason, and nothing committed that was not acknowledged."""
    topic = topics("in", partitions=1)
    put(kafka, topic, b"failing", b"second")

    class CannotJudge(Exception):
        pass

    async def judge(stream: StreamT[Any]) -> None:
        async for _ in take(stream, most=1):
            raise CannotJudge

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        app.agent(app.topic(topic), supervisor_strategy=CrashingSupervisor)(judge)
        async with running(app):
            await asyncio.wait_for(app._crashed.wait(), SECONDS)
            assert isinstance(app.crash_reason, CannotJudge)
        assert committed_offsets(kafka, topic, topic) == {}

    in_event_loop(scenario)


def test_our_transport_leaves_out_what_was_taken_back_and_commits_past_it(kafka: str, topics: MakeTopic) -> None:
    topic = topics("in", partitions=1)
    put(kafka, topic, b"first", b"second")
    produce_transaction(kafka, topic, [Sent(b"taken back")] * 3, take_back=True)
    produce_transaction(kafka, topic, [Sent(b"third")])

    async def scenario() -> None:
        app = committed_app(kafka, topic)
        async with holding(app, topic) as held:
            events = await held.first(3)
            assert [event.value for event in events] == [b"first", b"second", b"third"]
            acknowledge(events)
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: events[-1].message.offset + 1}

    in_event_loop(scenario)


HEADERS = [("name", b"value"), ("other", None), ("name", b""), ("ünï", b"\xff\x00")]
RECORDS = [
    Sent(b"\xff\x00not text", b"\x00\xff", HEADERS, 1_600_000_000_001),
    Sent(None, b"tombstone", (), 1_600_000_000_999),
    Sent(b"", b"", [], 1_075_000_000_001),
    Sent(b"no key", None, HEADERS[:1], 1_600_000_000_000),
]
"""The third timestamp is one that Faust would cut to the millisecond before (see `test_reading_and_writing.py`)."""


def test_records_are_read_byte_for_byte(kafka: str, topics: MakeTopic) -> None:
    topic = topics("in", partitions=1)
    produce(kafka, topic, RECORDS, enable_idempotence="false")

    async def scenario() -> None:
        async with holding(committed_app(kafka, topic), topic) as held:
            messages: list[Any] = [event.message for event in await held.first(len(RECORDS))]
        read = [(each.value, each.key, [*each.headers], round(each.timestamp * 1000)) for each in messages]
        assert read == [(each.value, each.key, [*each.headers], each.timestamp_ms) for each in RECORDS]

    in_event_loop(scenario)


def test_records_are_written_byte_for_byte(kafka: str, topics: MakeTopic) -> None:
    topic = topics("out", partitions=1)

    async def scenario() -> None:
        async with writing(committed_app(kafka, topic)) as producer:
            for each in RECORDS:
                assert each.timestamp_ms is not None
                seconds = (each.timestamp_ms + 0.5) / 1000
                headers: Any = list(each.headers)
                await producer.send_and_wait(topic, each.key, each.value, None, seconds, headers)

    in_event_loop(scenario)
    written = [(each.value, each.key, each.headers, each.timestamp_ms) for each in read_committed(kafka, topic)]
    assert written == [(each.value, each.key, [*each.headers], each.timestamp_ms) for each in RECORDS]


def test_a_key_has_the_partition_that_the_other_engine_gives_it(kafka: str, topics: MakeTopic) -> None:
    """So a listing's verdicts stay in one partition when the engine is changed: murmur2, as Java's producers have it."""
    by_faust, by_librdkafka = topics("by-faust", partitions=7), topics("by-librdkafka", partitions=7)
    keys = [b"", b"\xff\x00", "Zürich".encode(), *(f"listing-{number}".encode() for number in range(200))]

    async def scenario() -> None:
        async with writing(committed_app(kafka, by_faust)) as producer:
            sent = [await producer.send(by_faust, key, b"verdict", None, None, None) for key in keys]
            await asyncio.gather(*sent)

    in_event_loop(scenario)
    placed = produce(kafka, by_librdkafka, [Sent(b"verdict", key) for key in keys], partitioner="murmur2_random")
    assert {each.key: each.partition for each in read_committed(kafka, by_faust)} == {
        key: partition for key, (partition, _) in zip(keys, placed, strict=True)
    }


def committed_app(bootstrap: str, group: str) -> faust.App:
    """An app over the detector's own transport."""
    app = raw_app(bootstrap, group)
    app.transport = CommittedTransport(app.conf.broker_consumer, app)
    app.producer_transport = CommittedTransport(app.conf.broker_producer, app)
    return app
