"""What tests read back from a broker, up to what is there now.

Ends are events of the broker, not silences: a partition is done when it says so.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition
from tenacity import retry, retry_if_exception, stop_after_delay, wait_fixed

from tests.brokers.records import SECONDS, Headers, place_of


@dataclass(frozen=True)
class Read:
    """A record as a consumer saw it."""

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers
    timestamp_ms: int


def read_committed(bootstrap: str, topic: str) -> list[Read]:
    """Every record a read-committed reader can see now, by partition and offset.

    Goes up to the end of each partition, or up to the first transaction that is still open there.
    """
    reader = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "never-joined",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 10,
        }
    )
    try:
        partitions = reader.list_topics(topic, timeout=SECONDS).topics[topic].partitions
        reader.assign([TopicPartition(topic, index, 0) for index in partitions])
        return sorted(_until_ends(reader, set(partitions)), key=lambda record: (record.partition, record.offset))
    finally:
        reader.close()


def _until_ends(reader: Consumer, unfinished: set[int]) -> Iterator[Read]:
    deadline = time.monotonic() + SECONDS
    while unfinished:
        assert time.monotonic() < deadline, f"partitions {unfinished} were not read within {SECONDS:g} s"
        for message in reader.consume(500, 0.1):
            error = message.error()
            if error is None:
                yield as_read(message)
            elif error.code() == KafkaError._PARTITION_EOF:
                unfinished.discard(place_of(message)[0])
            elif not error.retriable():
                raise KafkaException(error)


def as_read(message: Message) -> Read:
    """The plain value of a message that is not an error."""
    partition, offset = place_of(message)
    headers = message.headers() or []
    assert isinstance(headers, list), "confluent-kafka gives a list of pairs"
    return Read(partition, offset, message.key(), message.value(), headers, message.timestamp()[1])


def _has_no_coordinator(error: BaseException) -> bool:
    """Whether the group's coordinator is not there yet: a fresh broker is still making the topic for it."""
    waiting = {
        KafkaError.NOT_COORDINATOR,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    }
    return isinstance(error, KafkaException) and error.args[0].code() in waiting


@retry(
    retry=retry_if_exception(_has_no_coordinator), stop=stop_after_delay(SECONDS), wait=wait_fixed(0.1), reraise=True
)
def committed_offsets(bootstrap: str, group: str, topic: str) -> dict[int, int]:
    """The group's committed offset of each partition it has committed, transactional commits included."""
    asker = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False})
    try:
        partitions = asker.list_topics(topic, timeout=SECONDS).topics[topic].partitions
        found = asker.committed([TopicPartition(topic, index) for index in partitions], timeout=SECONDS)
    finally:
        asker.close()
    return {place.partition: place.offset for place in found if place.offset >= 0}
