"""Which records a Faust app gets to see, and which it can write."""

import pytest

from tests.brokers import Sent, read_committed
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import holding, in_event_loop, raw_app, writing
from tests.faust_limits.transactions import produce_transaction

pytestmark = pytest.mark.kafka


def test_a_record_that_its_producer_took_back_is_read(kafka: str, topics: MakeTopic) -> None:
    """The isolation level is fixed but for `exactly_once`. No issue upstream."""
    topic = topics("in", partitions=1)
    produce_transaction(kafka, topic, [Sent(b"taken back")], take_back=True)

    async def scenario() -> None:
        async with holding(raw_app(kafka, topic), topic) as held:
            assert [event.value for event in await held.first(1)] == [b"taken back"]

    in_event_loop(scenario)


def test_a_record_with_neither_key_nor_value_cannot_be_written(kafka: str, topics: MakeTopic) -> None:
    """Kafka takes it, aiokafka does not: such a record cannot become a dead letter as it is. No issue upstream."""
    topic = topics("out", partitions=1)

    async def scenario() -> None:
        async with writing(raw_app(kafka, topic)) as producer:
            with pytest.raises(AssertionError, match="Need at least one: key or value"):
                await producer.send(topic, None, None, None, None, [("reason", b"header")])

    in_event_loop(scenario)


def test_a_timestamp_may_come_out_one_millisecond_early(kafka: str, topics: MakeTopic) -> None:
    """Seconds are multiplied by 1000 and cut off. None from 2017 to 2033 is hit. No issue upstream."""
    topic = topics("out", partitions=1)
    milliseconds = 1_075_000_000_001

    async def scenario() -> None:
        async with writing(raw_app(kafka, topic)) as producer:
            await producer.send_and_wait(topic, b"key", b"value", None, milliseconds / 1000, None)

    in_event_loop(scenario)
    assert [each.timestamp_ms for each in read_committed(kafka, topic)] == [milliseconds - 1]
