"""Single records of a topic, by their places."""

import time
from collections.abc import Iterable, Iterator

from confluent_kafka import Consumer, TopicPartition

from detector.engines.kafka.reader import as_record
from detector.errors import Retry
from detector.operations.console.connecting import ends_of, is_end
from detector.records import Record

SECONDS = 10.0
NEAR = 100
"""Offsets between two places that are sooner read than jumped over."""


def pick(consumer: Consumer, topic: str, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Record]:
    """The records at these places (partition, offset), all of one topic; what is not there any more is left out.

    The partitions exist. Raises `Retry` if it takes too long.
    """
    wanted = set(places)
    bounds = ends_of(consumer, topic, sorted({partition for partition, _ in wanted}))
    there = sorted((number, offset) for number, offset in wanted if bounds[number][0] <= offset < bounds[number][1])
    found: dict[tuple[int, int], Record] = {}
    deadline = time.monotonic() + SECONDS
    for partition, offsets in _runs(there):
        for record in _read(consumer, TopicPartition(topic, partition, offsets[0]), offsets[-1], deadline):
            if (place := (partition, record.position.offset)) in wanted:
                found[place] = record
    return found


def _runs(places: Iterable[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """Partition and offsets of places that are near each other; the places are sorted."""
    runs: list[tuple[int, list[int]]] = []
    for partition, offset in places:
        if runs and runs[-1][0] == partition and offset - runs[-1][1][-1] <= NEAR:
            runs[-1][1].append(offset)
        else:
            runs.append((partition, [offset]))
    return runs


def _read(consumer: Consumer, first: TopicPartition, last: int, deadline: float) -> Iterator[Record]:
    """The records of a partition from `first` to the offset `last`."""
    consumer.assign([first])
    while time.monotonic() < deadline:
        message = consumer.poll(0.1)
        if message is None:
            continue
        if is_end(message):
            return
        if message.error() is None:
            record = as_record(message)
            if record.position.offset <= last:
                yield record
            if record.position.offset >= last:
                return
    raise Retry(f"the records of {first.topic} did not come within {SECONDS:g} s: ask again.")
