"""That Faust leaves records as they are: a red test here breaks `detector/engines/faust`."""

import asyncio
from typing import Any

import pytest

from detector.engines.faust.transport import NO_KEY
from tests.brokers import Sent, produce, read_committed
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import Taking, holding, in_event_loop, one_by_one, settled_app, take, writing

pytestmark = pytest.mark.kafka

HEADERS = [("name", b"value"), ("other", None), ("name", b""), ("ünï", b"\xff\x00")]
RECORDS = [
    Sent(b"\xff\x00not text", b"\x00\xff", HEADERS, 1_600_000_000_001),
    Sent(None, b"tombstone", (), 1_600_000_000_999),
    Sent(b"", b"", [], 1_075_000_000_001),
    Sent(b"no key", None, HEADERS[:1], 1_600_000_000_000),
    Sent(None, None, HEADERS[:1], 1_600_000_000_002),
]
"""The third timestamp is one that Faust would cut to the millisecond before (see `test_reading_and_writing.py`)."""


@pytest.mark.parametrize("taking", [one_by_one, take])
def test_records_are_read_byte_for_byte(kafka: str, topics: MakeTopic, taking: Taking) -> None:
    topic = topics("in", partitions=1)
    produce(kafka, topic, RECORDS, enable_idempotence="false")

    async def scenario() -> None:
        async with holding(settled_app(kafka, topic), topic, taking) as held:
            messages: list[Any] = [event.message for event in await held.first(len(RECORDS))]
        read = [(each.value, each.key, [*each.headers], round(each.timestamp * 1000)) for each in messages]
        assert read == [(each.value, each.key, [*each.headers], each.timestamp_ms) for each in RECORDS]

    in_event_loop(scenario)


def test_records_are_written_byte_for_byte(kafka: str, topics: MakeTopic) -> None:
    topic = topics("out", partitions=1)

    async def scenario() -> None:
        async with writing(settled_app(kafka, topic)) as producer:
            for each in RECORDS:
                assert each.timestamp_ms is not None
                seconds = (each.timestamp_ms + 0.5) / 1000
                headers: Any = list(each.headers)
                key = NO_KEY if each.key is None and each.value is None else each.key
                await producer.send_and_wait(topic, key, each.value, None, seconds, headers)

    in_event_loop(scenario)
    written = [(each.value, each.key, each.headers, each.timestamp_ms) for each in read_committed(kafka, topic)]
    assert written == [(each.value, each.key, [*each.headers], each.timestamp_ms) for each in RECORDS]


def test_a_key_has_the_partition_that_the_other_engine_gives_it(kafka: str, topics: MakeTopic) -> None:
    """So a listing's verdicts stay in one partition when the engine is changed: murmur2, as Java's producers have it."""
    by_faust, by_librdkafka = topics("by-faust", partitions=7), topics("by-librdkafka", partitions=7)
    keys = [b"", b"\xff\x00", "Zürich".encode(), *(f"listing-{number}".encode() for number in range(200))]

    async def scenario() -> None:
        async with writing(settled_app(kafka, by_faust)) as producer:
            sent = [await producer.send(by_faust, key, b"verdict", None, None, None) for key in keys]
            await asyncio.gather(*sent)

    in_event_loop(scenario)
    placed = produce(kafka, by_librdkafka, [Sent(b"verdict", key) for key in keys], partitioner="murmur2_random")
    assert {each.key: each.partition for each in read_committed(kafka, by_faust)} == {
        key: partition for key, (partition, _) in zip(keys, placed, strict=True)
    }
