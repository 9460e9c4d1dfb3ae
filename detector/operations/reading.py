"""Reading a topic from outside any group, or up to where it ends now."""

from collections.abc import Iterator

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, KafkaException, Message, TopicPartition

from detector.engines.kafka.clients import common_config
from detector.errors import Misconfigured
from detector.settings import Settings

CALL_SECONDS = 10.0


def reading_config(settings: Settings, group: str) -> dict[str, object]:
    """A read-committed consumer that commits nothing by itself."""
    return {
        **common_config(settings),
        "group.id": group,
        "enable.auto.commit": False,
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 100,
        "log_level": 0,
    }


def partitions_of(consumer: Consumer, topic: str) -> list[TopicPartition]:
    """The topic's partitions; raises `Misconfigured` if there are none or nobody answers."""
    try:
        found = consumer.list_topics(topic, timeout=CALL_SECONDS).topics[topic]
    except KafkaException as error:
        raise Misconfigured(
            f"the cluster does not answer ({error.args[0].name()}): check --bootstrap-servers."
        ) from None
    if not found.partitions:
        raise Misconfigured(f"topic {topic} does not exist: `detector topics create` makes it.")
    return [TopicPartition(topic, number) for number in sorted(found.partitions)]


def follow(settings: Settings, topic: str, *, from_beginning: bool) -> Iterator[Message]:
    """Committed records of a topic as they come, without end."""
    consumer = Consumer(reading_config(settings, f"{settings.group}-tail"))
    try:
        start = OFFSET_BEGINNING if from_beginning else OFFSET_END
        consumer.assign([TopicPartition(each.topic, each.partition, start) for each in partitions_of(consumer, topic)])
        while True:
            message = consumer.poll(0.5)
            if message is not None and message.error() is None:
                yield message
    finally:
        consumer.close()
