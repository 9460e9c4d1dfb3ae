"""The local JVM Kafka and the test helpers, against a real broker."""

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from detector.brokers import BrokerDied, LocalKafka, jvm
from detector.brokers.node import Ports, free_ports
from tests.brokers import (
    SECONDS,
    Sent,
    committed_offsets,
    create_topics,
    local_kafka_for_tests,
    produce,
    produce_with,
    read_committed,
)
from tests.brokers.fixtures import MakeTopic

pytestmark = pytest.mark.kafka

OWNER = """
import signal, sys
from detector.brokers import LocalKafka
with LocalKafka() as kafka:
    print(kafka.pid, kafka._guard._process.pid, kafka._folder, flush=True)
    signal.pause()
"""


def transactional(bootstrap: str, name: str) -> Producer:
    """A producer with an open transaction."""
    settings: dict[str, str | int | float | bool] = {"bootstrap.servers": bootstrap, "transactional.id": name}
    producer = Producer(settings)
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    return producer


def await_end(process: int) -> None:
    """Returns when the process behind a pidfd, which need not be a child, has ended."""
    ended, _, _ = select.select([process], [], [], SECONDS)
    os.close(process)
    assert ended, "a process that should have ended still runs"


def test_a_record_comes_back_as_it_was_sent(kafka: str, topics: MakeTopic) -> None:
    """Key, value, headers, timestamp and partition survive, and a null value stays null."""
    topic = topics("round-trip", partitions=3)
    sent = [
        Sent(b"value", b"key", [("a", b"1"), ("a", None)], 1_600_000_000_000, 2),
        Sent(None, b"gone", partition=0),
    ]
    assert produce(kafka, topic, sent) == [(2, 0), (0, 0)]
    tombstone, record = read_committed(kafka, topic)
    assert (record.key, record.value, list(record.headers)) == (b"key", b"value", [("a", b"1"), ("a", None)])
    assert (record.timestamp_ms, record.partition, record.offset) == (1_600_000_000_000, 2, 0)
    assert (tombstone.key, tombstone.value) == (b"gone", None)


def test_an_empty_topic_reads_as_nothing(kafka: str, topics: MakeTopic) -> None:
    """The reader ends by itself where there is nothing to read."""
    assert read_committed(kafka, topics("empty")) == []


def test_only_committed_records_are_seen(kafka: str, topics: MakeTopic) -> None:
    """Aborted and open transactions are invisible, what a later transaction commits is not."""
    topic = topics("transactions", partitions=1)
    producer = transactional(kafka, topic)
    produce_with(producer, topic, [Sent(b"aborted")])
    producer.flush(SECONDS)
    producer.abort_transaction(SECONDS)
    producer.begin_transaction()
    produce_with(producer, topic, [Sent(b"committed")])
    producer.commit_transaction(SECONDS)
    producer.begin_transaction()
    produce_with(producer, topic, [Sent(b"open")])
    producer.flush(SECONDS)
    assert [record.value for record in read_committed(kafka, topic)] == [b"committed"]
    producer.abort_transaction(SECONDS)


def test_transactional_offsets_are_stored(kafka: str, topics: MakeTopic) -> None:
    """A group's offsets move with the commit of the transaction that carries them."""
    topic = topics("offsets", partitions=2)
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": topic})
    producer = transactional(kafka, topic)
    place = TopicPartition(topic, 1, 7)
    producer.send_offsets_to_transaction([place], consumer.consumer_group_metadata(), SECONDS)
    producer.commit_transaction(SECONDS)
    consumer.close()
    assert committed_offsets(kafka, topic, topic) == {1: 7}


def test_topics_are_not_made_by_asking(kafka: str, topics: MakeTopic) -> None:
    """A worker with a misspelt topic must find nothing, not an empty topic."""
    topics("known")
    admin = AdminClient({"bootstrap.servers": kafka})
    admin.list_topics("misspelt", timeout=SECONDS)
    assert "misspelt" not in admin.list_topics(timeout=SECONDS).topics


def test_restarts_keep_the_data(own_kafka: LocalKafka) -> None:
    """An orderly restart and a crash keep address, topics and records; nothing is left after the end."""
    bootstrap, folder = own_kafka.bootstrap, own_kafka._folder
    create_topics(bootstrap, "kept", partitions=1)
    produce(bootstrap, "kept", [Sent(b"1")])
    own_kafka.restart()
    produce(bootstrap, "kept", [Sent(b"2")])
    own_kafka.kill()
    assert own_kafka.pid is None
    own_kafka.restart()
    assert own_kafka.bootstrap == bootstrap
    assert [record.value for record in read_committed(bootstrap, "kept")] == [b"1", b"2"]
    assert own_kafka.pid is not None
    process = os.pidfd_open(own_kafka.pid)
    own_kafka.stop()
    await_end(process)
    assert not folder.exists()


def test_a_killed_owner_leaves_nothing(own_kafka: LocalKafka) -> None:
    """SIGKILL of the process that started a broker ends the JVM and removes its folder."""
    own_kafka.stop()
    owner = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True)
    with owner:
        assert owner.stdout is not None
        jvm_pid, guard_pid, folder = owner.stdout.readline().split()
        broker, guard = os.pidfd_open(int(jvm_pid)), os.pidfd_open(int(guard_pid))
        owner.send_signal(signal.SIGKILL)
    await_end(broker)
    await_end(guard)
    assert not Path(folder).exists()


def test_a_lost_port_is_replaced(own_kafka: LocalKafka, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker whose port was taken between choice and start begins anew on others."""
    taken = int(own_kafka.bootstrap.rpartition(":")[2])
    choices = iter([Ports(taken, taken + 1), free_ports()])
    monkeypatch.setattr(jvm, "free_ports", lambda: next(choices))
    with local_kafka_for_tests() as second:
        assert second.bootstrap != own_kafka.bootstrap
        create_topics(second.bootstrap, "only-here")
        assert "only-here" not in AdminClient({"bootstrap.servers": own_kafka.bootstrap}).list_topics().topics


def test_a_start_that_fails_quotes_the_log(own_kafka: LocalKafka) -> None:
    """A broker that ends while starting is noticed at once and its last words are in the error."""
    own_kafka.stop()
    begun = time.monotonic()
    with pytest.raises(BrokerDied, match=r"num\.network\.threads"):
        LocalKafka(settings={"num.network.threads": "0"}).start()
    assert time.monotonic() - begun < LocalKafka()._start_seconds / 2
