"""Single records of a topic, by their places."""

import time
from collections.abc import Iterable

from confluent_kafka import Consumer, TopicPartition

from detector.engines.kafka.reader import as_record
from detector.errors import Retry
from detector.operations.console.connecting import ends_of, is_end
from detector.records import Record

SECONDS = 5.0


def pick(consumer: Consumer, topic: str, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Record]:
    """The records at these places (partition, offset), all of one topic; what is not there any more is left out.

    The partitions exist. One is read after the other. Raises `Retry` if that
    takes too long.
    """
    wanted = sorted(set(places))
    bounds = ends_of(consumer, topic, sorted({partition for partition, _ in wanted}))
    found: dict[tuple[int, int], Record] = {}
    deadline = time.monotonic() + SECONDS
    for partition, offset in wanted:
        low, high = bounds[partition]
        if not low <= offset < high:
            continue
        if (record := _at(consumer, TopicPartition(topic, partition, offset), deadline)) is not None:
            found[partition, offset] = record
    return found


def _at(consumer: Consumer, place: TopicPartition, deadline: float) -> Record | None:
    """The record there; None if the next one that can be read stands behind it."""
    consumer.assign([place])
    while time.monotonic() < deadline:
        message = consumer.poll(0.1)
        if message is None:
            continue
        if is_end(message):
            return None
        if message.error() is None:
            return as_record(message) if message.offset() == place.offset else None
    raise Retry(f"a record of {place.topic} did not come within {SECONDS:g} s: ask again.")
