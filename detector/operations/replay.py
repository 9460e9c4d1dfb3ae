"""Dead letters back to the topics they came from, each exactly once."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from detector.deadletters import original_headers, original_topic
from detector.deadletters.headers import REASON
from detector.engines.kafka.clients import common_config
from detector.engines.kafka.reader import as_record
from detector.errors import Misconfigured
from detector.operations.reading import CALL_SECONDS, partitions_of, reading_config
from detector.records import Record
from detector.settings import Settings

BATCH = 500


@dataclass(slots=True)
class Replayed:
    """What a replay did: records put back by topic, and records left where they are."""

    back: dict[str, int] = field(default_factory=dict)
    skipped: int = 0


def replay(settings: Settings, reason: str | None, limit: int | None, *, dry_run: bool) -> Replayed:
    """Put dead letters back byte for byte, with their own headers, up to where the dead-letter topic ends now.

    Writing and remembering how far it came are one transaction, so a record is put back once even if the replay is
    killed. Progress is kept per reason: a run for one reason does not pass over the others' records for good.
    """
    group = f"{settings.group}-replay" + (f"-{reason}" if reason else "")
    consumer = Consumer({**reading_config(settings, group), "enable.partition.eof": True})
    result = Replayed()
    try:
        # First: it ends what a killed replay left open, whose offsets the group could not be asked for until then.
        producer = None if dry_run else _producer(settings, group)
        places = _starting_places(consumer, settings.dead_letter_topic)
        for batch in _batches(consumer, places, limit):
            chosen = [record for record in map(as_record, batch) if reason is None or _reason(record) == reason]
            result.skipped += len(batch) - len(chosen)
            if producer is not None:
                _put_back(producer, consumer, chosen, _next_offsets(batch))
            for record in chosen:
                topic = _home(record)
                result.back[topic] = result.back.get(topic, 0) + 1
    except KafkaException as error:
        raise Misconfigured(
            f"the replay stopped ({error.args[0].name()}); what it had not put back is still in the dead-letter topic. "
            "Check with `detector doctor`, then run it again."
        ) from None
    finally:
        consumer.close()
    return result


def _starting_places(consumer: Consumer, topic: str) -> dict[TopicPartition, int]:
    """Where to begin in each partition, mapped to where it ends now; only partitions with something to read."""
    places: dict[TopicPartition, int] = {}
    for committed in consumer.committed(partitions_of(consumer, topic), timeout=CALL_SECONDS):
        low, high = consumer.get_watermark_offsets(committed, timeout=CALL_SECONDS)
        start = max(low, committed.offset)
        if start < high:
            places[TopicPartition(topic, committed.partition, start)] = high
    return places


def _batches(consumer: Consumer, places: dict[TopicPartition, int], limit: int | None) -> Iterator[list[Message]]:
    """Records up to the places' ends, at most `limit`; a partition is done when it says so or its end is passed."""
    ends = {place.partition: end for place, end in places.items()}
    consumer.assign(list(places))
    left = sys.maxsize if limit is None else limit
    while left > 0 and ends:
        batch = []
        for message in consumer.consume(min(BATCH, left), 0.5):
            partition, error = message.partition() or 0, message.error()
            if error is None and (message.offset() or 0) < ends.get(partition, 0):
                batch.append(message)
            elif error is None or error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - the library's own name
                ends.pop(partition, None)
        left -= len(batch)
        if batch:
            yield batch


def _put_back(producer: Producer, consumer: Consumer, records: list[Record], offsets: list[TopicPartition]) -> None:
    producer.begin_transaction()
    for record in records:
        producer.produce(
            _home(record),
            value=record.value,
            key=record.key,
            headers=list(original_headers(record.headers)),
            timestamp=record.timestamp_ms or 0,
        )
    producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata(), CALL_SECONDS)
    producer.commit_transaction(CALL_SECONDS)


def _producer(settings: Settings, group: str) -> Producer:
    producer = Producer(
        {
            **common_config(settings),
            "transactional.id": group,
            "retry.backoff.ms": 5,
            "partitioner": "murmur2_random",
            "message.max.bytes": 64 * 1024 * 1024,
            "log_level": 0,
        }
    )
    producer.init_transactions(CALL_SECONDS)
    return producer


def _home(record: Record) -> str:
    topic = original_topic(record.headers)
    if topic is None:
        (letters, partition), offset = record.position
        raise Misconfigured(
            f"record {offset} of {letters}/{partition} does not say which topic it came from: it was not written by a "
            "detector. Move it elsewhere, or start behind it."
        )
    return topic


def _reason(record: Record) -> str | None:
    for name, value in record.headers:
        if name == REASON and value:
            return value.decode(errors="replace")
    return None


def _next_offsets(batch: list[Message]) -> list[TopicPartition]:
    highest: dict[tuple[str, int], int] = {}
    for message in batch:
        place = (message.topic() or "", message.partition() or 0)
        highest[place] = max(highest.get(place, 0), (message.offset() or 0) + 1)
    return [TopicPartition(topic, partition, offset) for (topic, partition), offset in highest.items()]
