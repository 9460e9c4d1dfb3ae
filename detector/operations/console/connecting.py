"""Consumers that belong to no group: made, placed and let go."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from detector.engines.kafka.clients import refusals_named
from detector.operations.cluster import failure
from detector.operations.reading import reading_config
from detector.settings import Settings

REACH_SECONDS = 4.0
"""How long somebody who asks waits for a cluster that does not answer."""

_GROUP = "console"
"""Required by the library, never joined, and nothing is committed under it."""


def make_consumer(settings: Settings, **tuned: Any) -> Consumer:
    """A read-committed consumer that says when a partition has no more; `tuned` has `_` for `.`."""
    config = {
        # Somebody looks: with the library's ten seconds a feed would stand still for long after its cluster is back.
        "reconnect.backoff.max.ms": 2000,
        **reading_config(settings, f"{settings.group}-{_GROUP}"),
        "enable.partition.eof": True,
        # A queue that is full with what was read before would hold the next read up for a second.
        "fetch.queue.backoff.ms": 20,
        **{name.replace("_", "."): value for name, value in tuned.items()},
    }
    with refusals_named(settings):
        return Consumer(config)


@contextmanager
def consuming(settings: Settings, **tuned: Any) -> Iterator[Consumer]:
    """The same for the block alone; what the library reports inside it becomes an error of ours."""
    consumer = make_consumer(settings, **tuned)
    try:
        with failures_named():
            yield consumer
    finally:
        consumer.close()


@contextmanager
def failures_named() -> Iterator[None]:
    """An error of the library becomes one that says what to do next."""
    try:
        yield
    except KafkaException as error:
        raise failure(error.args[0]) from None


def ends_of(consumer: Consumer, topic: str, partitions: list[int]) -> dict[int, tuple[int, int]]:
    """Partition to its first offset and the one after its last committed record."""
    return {
        number: consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=REACH_SECONDS)
        for number in partitions
    }


def is_end(message: Message) -> bool:
    """Whether this says that a partition has no more for now; raises for an error that does not pass by itself."""
    error = message.error()
    if error is None:
        return False
    if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - the library's own name
        return True
    if not error.retriable():
        raise KafkaException(error)
    return False
