"""What tests do to a broker: make topics and write records.

Nothing here sleeps: every wait is for an event, and has a deadline.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec
from confluent_kafka.cimpl import NewTopic

SECONDS = 30.0
"""The deadline of every helper: generous, since it only decides when a broken test gives up."""

Headers = Sequence[tuple[str, str | bytes | None]]


@dataclass(frozen=True)
class Sent:
    """A record to produce; without `partition` its key decides, without `timestamp_ms` the clock."""

    value: bytes | None
    key: bytes | None = None
    headers: Headers = ()
    timestamp_ms: int | None = None
    partition: int | None = None


def create_topics(bootstrap: str, *names: str, partitions: int = 4, config: Mapping[str, str] | None = None) -> None:
    """Creates topics; each has a leader for every partition, and it answers, when this returns."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    wanted = [NewTopic(name, partitions, 1, config=dict(config or {})) for name in names]
    for future in admin.create_topics(wanted, operation_timeout=SECONDS, request_timeout=SECONDS).values():
        future.result(SECONDS)
    deadline = time.monotonic() + SECONDS
    for name in names:
        while not (_led(admin, name, partitions) and _answers(admin, name, partitions)):
            assert time.monotonic() < deadline, f"topic {name} has no leaders after {SECONDS:g} s"


def _led(admin: AdminClient, topic: str, partitions: int) -> bool:
    found = admin.list_topics(topic, timeout=SECONDS).topics[topic].partitions.values()
    return len(found) == partitions and all(partition.leader >= 0 for partition in found)


def _answers(admin: AdminClient, topic: str, partitions: int) -> bool:
    """A leader is named in the metadata a moment before it knows of that itself."""
    asked = {TopicPartition(topic, number): OffsetSpec.latest() for number in range(partitions)}  # type: ignore[no-untyped-call]
    answers = admin.list_offsets(asked, request_timeout=SECONDS).values()
    return all(answer.exception(SECONDS) is None for answer in answers)


def produce(bootstrap: str, topic: str, records: Iterable[Sent], **config: str | int) -> list[tuple[int, int]]:
    """Produces the records and returns each one's (partition, offset), in their order.

    `config` is more of librdkafka's configuration, `_` standing for `.`.
    """
    extra = {name.replace("_", "."): value for name, value in config.items()}
    producer = Producer({"bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 5, **extra})
    placed = produce_with(producer, topic, records)
    assert producer.flush(SECONDS) == 0, f"records for {topic} were not delivered within {SECONDS:g} s"
    return placed


def produce_with(producer: Producer, topic: str, records: Iterable[Sent]) -> list[tuple[int, int]]:
    """Queues the records; the places come to stand in the returned list once the caller has flushed."""
    placed: list[tuple[int, int]] = []
    for number, record in enumerate(records):
        placed.append((-1, -1))
        _queue(producer, topic, record, _Place(placed, number))
        producer.poll(0)
    return placed


def _queue(producer: Producer, topic: str, record: Sent, place: "_Place") -> None:
    # librdkafka's own words for "the key decides" and "now".
    partition = -1 if record.partition is None else record.partition
    timestamp = record.timestamp_ms or 0
    headers = list(record.headers)
    while True:
        try:
            producer.produce(
                topic,
                record.value,
                record.key,
                partition,
                on_delivery=place,
                timestamp=timestamp,
                headers=headers,
            )
        except BufferError:
            producer.poll(1.0)
        else:
            return


@dataclass(frozen=True)
class _Place:
    places: list[tuple[int, int]]
    number: int

    def __call__(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            raise KafkaException(error)
        self.places[self.number] = place_of(message)


def place_of(message: Message) -> tuple[int, int]:
    """A delivered or consumed message's partition and offset."""
    partition, offset = message.partition(), message.offset()
    assert partition is not None
    assert offset is not None
    return partition, offset
