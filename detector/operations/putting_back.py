"""What every replay of dead letters does alike: which may go back, and the transaction that they go back in."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from confluent_kafka import KafkaException, Producer

from detector.deadletters import original_headers, original_topic
from detector.deadletters.headers import REASON
from detector.engines.kafka.clients import common_config
from detector.operations.cluster import CALL_SECONDS, QUIET
from detector.records import Record
from detector.settings import Settings


def input_topics(settings: Settings) -> frozenset[str]:
    """Where dead letters may go back to."""
    return frozenset({settings.listing_topic, settings.booking_topic})


def replay_group(settings: Settings, reason: str | None) -> str:
    """Under which name `detector replay` remembers how far it came."""
    return f"{settings.group}-replay" + (f"-{reason}" if reason else "")


def home_of(record: Record, topics: AbstractSet[str]) -> str | None:
    """The one of these topics that a dead letter says it came from."""
    topic = original_topic(record.headers)
    return topic if topic in topics else None


def reason_of(record: Record) -> str | None:
    """Why it is a dead letter, as its headers say."""
    for name, value in record.headers:
        if name == REASON and value:
            return value.decode(errors="replace")
    return None


def transactional_producer(settings: Settings, transactional_id: str, **tuned: int) -> Producer:
    """Ready for its first transaction, once what an earlier one of this id left open is settled; `tuned` has `_` for `.`."""
    producer = Producer(
        {
            **common_config(settings),
            **QUIET,
            "transactional.id": transactional_id,
            "retry.backoff.ms": 5,
            "partitioner": "murmur2_random",
            "message.max.bytes": 64 * 1024 * 1024,
            **{name.replace("_", "."): value for name, value in tuned.items()},
        }
    )
    producer.init_transactions(3 * CALL_SECONDS)
    return producer


@contextmanager
def one_transaction(producer: Producer) -> Iterator[None]:
    """What is produced inside is written together, or not at all if something fails."""
    producer.begin_transaction()
    try:
        yield
        producer.commit_transaction(CALL_SECONDS)
    except KafkaException as error:
        if not error.args[0].fatal():
            producer.abort_transaction(CALL_SECONDS)
        raise


def put_back(producer: Producer, topic: str, record: Record) -> None:
    """Key, value and the producer's own headers byte for byte; the timestamp is new, as it is judged anew."""
    producer.produce(topic, record.value, record.key, headers=list(original_headers(record.headers)))
