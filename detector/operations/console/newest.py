"""The newest records of a topic."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from confluent_kafka import Consumer, Message, TopicPartition

from detector.errors import Retry
from detector.operations.console.connecting import ends_of, is_end

SECONDS = 10.0
AT_ONCE = 500

_OFFSETS_PER_RECORD = 2
"""A transaction's marker takes an offset, and the smallest transaction has one record."""

Kept = TypeVar("Kept")


def read_newest(
    consumer: Consumer, topic: str, partitions: Sequence[int], most: int, keep: Callable[[Message], Kept | None]
) -> tuple[list[Kept], int]:
    """What `keep` makes of the newest records, the oldest first, and how many there are at most.

    They are the newest by timestamp; of each partition at least `most` are looked at, if it has them and they stand
    closely. What `keep` has no use for (None) does not count. Afterwards the consumer stands behind what it was given.
    Raises `Retry` where that takes too long.
    """
    bounds = ends_of(consumer, topic, list(partitions))
    starts = {number: max(low, high - _OFFSETS_PER_RECORD * most) for number, (low, high) in bounds.items()}
    consumer.assign([TopicPartition(topic, number, start) for number, start in starts.items()])
    unfinished = {number for number, (_, high) in bounds.items() if starts[number] < high}
    found: list[tuple[int, int, int, Kept]] = []
    deadline = time.monotonic() + SECONDS
    while unfinished:
        if time.monotonic() > deadline:
            raise Retry(f"the newest records of {topic} did not come within {SECONDS:g} s: ask again.")
        for message in consumer.consume(AT_ONCE, 0.1):
            partition, offset = message.partition() or 0, message.offset() or 0
            if is_end(message) or (message.error() is None and offset + 1 >= bounds[partition][1]):
                unfinished.discard(partition)
            if message.error() is None and (kept := keep(message)) is not None:
                found.append((message.timestamp()[1], partition, offset, kept))
    newest = sorted(found, key=lambda each: each[:3])[-most:]
    everything = all(starts[number] == low for number, (low, _) in bounds.items())
    total = len(found) if everything else sum(high - low for low, high in bounds.values())
    return [kept for _, _, _, kept in newest], total
