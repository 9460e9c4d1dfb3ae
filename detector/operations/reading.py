"""Reading a topic from outside any group."""

from collections.abc import Iterator
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from detector.engines.kafka.clients import common_config
from detector.operations.cluster import CALL_SECONDS, QUIET, Cluster, failure
from detector.settings import Settings


def reading_config(settings: Settings, group: str) -> dict[str, Any]:
    """A read-committed consumer that commits nothing by itself."""
    return {
        **common_config(settings),
        **QUIET,
        "group.id": group,
        "enable.auto.commit": False,
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 100,
    }


def follow(settings: Settings, topic: str, *, from_beginning: bool) -> Iterator[Message]:
    """Committed records of a topic as they come, without end; raises where the cluster refuses or fails for good."""
    partitions = Cluster(settings).partitions(topic)
    consumer = Consumer(reading_config(settings, f"{settings.group}-tail"))
    try:
        starts = []
        for number in partitions:
            # The end is asked for now: left to the first fetch it would pass over what is written in between.
            low, high = consumer.get_watermark_offsets(TopicPartition(topic, number), timeout=CALL_SECONDS)
            starts.append(TopicPartition(topic, number, low if from_beginning else high))
        consumer.assign(starts)
        while True:
            message = consumer.poll(0.5)
            if message is None:
                continue
            if (error := message.error()) is None:
                yield message
            elif not error.retriable():
                raise failure(error)
    except KafkaException as error:
        raise failure(error.args[0]) from None
    finally:
        consumer.close()
