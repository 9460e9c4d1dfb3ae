"""The embedded broker: quick to start, quick to join, and honest about what it is not."""

import time
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from detector.brokers import EmbeddedKafka, librdkafka
from detector.errors import Misconfigured
from tests.brokers import SECONDS, Sent, committed_offsets, produce, produce_with, read_committed

JOIN_SECONDS = 2.0
PRODUCE = 0
"""Kafka's API key of a produce request."""


@pytest.fixture
def broker() -> Iterator[EmbeddedKafka]:
    """A broker with one topic of three partitions."""
    with EmbeddedKafka({"events": 3}) as broker:
        yield broker


def test_records_come_back(broker: EmbeddedKafka) -> None:
    """Key, value, headers and partition survive the round trip."""
    produce(broker.bootstrap, "events", [Sent(b"v", b"k", [("h", b"1")], partition=2)])
    (record,) = read_committed(broker.bootstrap, "events")
    assert (record.partition, record.key, record.value, record.headers) == (2, b"k", b"v", [("h", b"1")])


def test_topics_have_the_partitions_asked_for(broker: EmbeddedKafka) -> None:
    """Topics can be given at the start, added later, and spring up with four partitions when first used."""
    broker.create_topic("later", 6)
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    found = {
        name: len(producer.list_topics(name, timeout=SECONDS).topics[name].partitions)
        for name in ("events", "later", "unnamed")
    }
    assert found == {"events": 3, "later": 6, "unnamed": 4}


def test_a_group_gets_its_first_record_fast(broker: EmbeddedKafka) -> None:
    """No rebalance delay stands between a viewer of the demo and the first verdict."""
    produce(broker.bootstrap, "events", [Sent(b"first", partition=0)])
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "g", "auto.offset.reset": "earliest"})
    begun = time.monotonic()
    consumer.subscribe(["events"])
    message = consumer.poll(SECONDS)
    took = time.monotonic() - begun
    consumer.close()
    assert message is not None
    assert message.value() == b"first"
    assert took < JOIN_SECONDS


def test_transactional_offsets_are_lost(broker: EmbeddedKafka) -> None:
    """What the docstring says the mock cannot prove: this test tells when a new librdkafka learns it."""
    consumer = Consumer({"bootstrap.servers": broker.bootstrap, "group.id": "g"})
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": "t"})
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    place = TopicPartition("events", 0, 5)
    producer.send_offsets_to_transaction([place], consumer.consumer_group_metadata(), SECONDS)
    producer.commit_transaction(SECONDS)
    consumer.close()
    assert committed_offsets(broker.bootstrap, "g", "events") == {}


def test_aborted_records_are_shown(broker: EmbeddedKafka) -> None:
    """The other thing it cannot prove."""
    producer = Producer({"bootstrap.servers": broker.bootstrap, "transactional.id": "t"})
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    produce_with(producer, "events", [Sent(b"aborted")])
    producer.flush(SECONDS)
    producer.abort_transaction(SECONDS)
    assert [record.value for record in read_committed(broker.bootstrap, "events")] == [b"aborted"]


def test_errors_can_be_injected(broker: EmbeddedKafka) -> None:
    """The next requests of a kind get the errors given, and no more than those."""
    broker.fail_next(PRODUCE, [KafkaError.MSG_SIZE_TOO_LARGE])
    failures: list[KafkaError | None] = []
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    for _ in range(2):
        producer.produce("events", b"v", on_delivery=lambda error, _: failures.append(error))
        producer.flush(SECONDS)
    refused, accepted = failures
    assert refused is not None
    assert refused.code() == KafkaError.MSG_SIZE_TOO_LARGE
    assert accepted is None


def test_a_topic_is_created_once(broker: EmbeddedKafka) -> None:
    """A second topic of the same name is refused and named."""
    with pytest.raises(ValueError, match="'events' with 1 partitions"):
        broker.create_topic("events", 1)


def test_several_brokers_form_one_cluster() -> None:
    """The bootstrap address names each of them."""
    with EmbeddedKafka(brokers=3) as broker:
        producer = Producer({"bootstrap.servers": broker.bootstrap})
        assert len(broker.bootstrap.split(",")) == len(producer.list_topics(timeout=SECONDS).brokers) == 3


def test_it_can_be_used_again_after_its_end() -> None:
    """Starting and stopping leaves nothing behind that the next start would meet."""
    broker = EmbeddedKafka({"events": 1})
    for _ in range(2):
        with broker:
            assert broker.bootstrap
        assert broker.bootstrap == ""
    with pytest.raises(RuntimeError, match="not started"):
        broker.create_topic("late", 1)


def test_a_missing_library_says_how_to_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a librdkafka that has a mock cluster the error names the package and the way out."""
    monkeypatch.setattr(librdkafka, "_candidates", lambda: iter(["no-such-library"]))
    with pytest.raises(Misconfigured, match=r"(?s)confluent-kafka .*from its wheel.*--broker local"):
        EmbeddedKafka().start()
