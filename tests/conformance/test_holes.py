"""Topics in which offsets are missing: transactions leave markers and aborted records, retention takes what is old."""

from collections.abc import Iterable, Mapping

import pytest
from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.brokers import SECONDS, Sent, committed_offsets, produce_with, read_committed
from tests.conformance.engines import Engine, assert_promise_kept
from tests.integration.events import events
from tests.integration.verdicts import following
from tests.integration.workers import Stream, running

pytestmark = pytest.mark.kafka

PARTITION = 0


def on_one_partition(numbers: Iterable[int]) -> list[Sent]:
    return [Sent(each.value, each.key, partition=PARTITION) for each in events(numbers)]


def produce_transactions(stream: Stream, parts: Mapping[range, bool]) -> None:
    """Each part in a transaction of its own, which is committed or else aborted."""
    producer = Producer(
        {"bootstrap.servers": stream.bootstrap, "transactional.id": stream.group, "retry.backoff.ms": 5}
    )
    producer.init_transactions(SECONDS)
    for numbers, committed in parts.items():
        producer.begin_transaction()
        produce_with(producer, stream.listings, on_one_partition(numbers))
        assert producer.flush(SECONDS) == 0
        if committed:
            producer.commit_transaction(SECONDS)
        else:
            producer.abort_transaction(SECONDS)


def test_aborted_records_are_not_judged_and_hold_nothing_up(engine: Engine, stream: Stream) -> None:
    with following(stream) as verdicts:
        produce_transactions(stream, {range(5): True, range(100, 120): False, range(5, 10): True})
        with running(stream) as worker:
            verdicts.until(10)
            assert worker.terminate() == 0
        # 5 and a marker, 20 and a marker, 5: the next record stands behind those.
        assert committed_offsets(stream.bootstrap, stream.group, stream.listings)[PARTITION] == 32
        produce_transactions(stream, {range(200, 220): False, range(10, 15): True})
        with running(stream) as worker:
            verdicts.until(15)
            assert worker.terminate() == 0
    assert committed_offsets(stream.bootstrap, stream.group, stream.listings)[PARTITION] == 59
    assert_promise_kept(engine, stream, range(15))
    assert len(read_committed(stream.bootstrap, stream.verdicts)) == 15


def test_a_topic_whose_first_records_are_gone_is_judged_from_where_it_begins(engine: Engine, stream: Stream) -> None:
    with following(stream) as verdicts:
        producer = Producer({"bootstrap.servers": stream.bootstrap, "enable.idempotence": True})
        produce_with(producer, stream.listings, on_one_partition(range(40)))
        assert producer.flush(SECONDS) == 0
        admin = AdminClient({"bootstrap.servers": stream.bootstrap})
        for deleted in admin.delete_records([TopicPartition(stream.listings, PARTITION, 30)]).values():
            deleted.result(SECONDS)
        with running(stream) as worker:
            verdicts.until(10)
            assert worker.terminate() == 0
    assert committed_offsets(stream.bootstrap, stream.group, stream.listings)[PARTITION] == 40
    assert_promise_kept(engine, stream, range(30, 40))
