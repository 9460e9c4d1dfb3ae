"""Dead letters back to the topics they came from, each exactly once."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from detector.engines.kafka.reader import as_record
from detector.operations.cluster import CALL_SECONDS, Cluster, failure
from detector.operations.putting_back import (
    home_of,
    input_topics,
    one_transaction,
    put_back,
    reason_of,
    replay_group,
    transactional_producer,
)
from detector.operations.reading import reading_config
from detector.records import Record
from detector.settings import Settings

BATCH = 500


@dataclass(slots=True)
class Replayed:
    """What a replay did: records put back by topic, and records passed over because of their reason or origin."""

    back: Counter[str] = field(default_factory=Counter)
    other_reason: int = 0
    other_origin: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """Which dead letters go back: those with the reason, if one is given, that came from one of the topics."""

    reason: str | None
    topics: frozenset[str]

    def of(self, records: list[Record], result: Replayed) -> list[tuple[str, Record]]:
        """Topic and record of each that goes back; the result counts all of them."""
        chosen: list[tuple[str, Record]] = []
        for record in records:
            topic = home_of(record, self.topics)
            if self.reason is not None and reason_of(record) != self.reason:
                result.other_reason += 1
            elif topic is None:
                result.other_origin += 1
            else:
                result.back[topic] += 1
                chosen.append((topic, record))
        return chosen


def replay(settings: Settings, reason: str | None, limit: int | None, *, dry_run: bool) -> Replayed:
    """Put dead letters back up to where their topic ends now: key, value and the producer's own headers byte for byte.

    The timestamp is new, as they are judged anew. Writing and remembering how far it came are one transaction, so a
    record is put back once even if the replay is killed. Progress is kept per reason: a run for one reason does not
    pass over the others' records for good. Looks at `limit` records at most.
    """
    topic = settings.dead_letter_topic
    partitions = Cluster(settings).partitions(topic)
    group = replay_group(settings, reason)
    choice = Choice(reason, input_topics(settings))
    result = Replayed()
    consumer = Consumer({**reading_config(settings, group), "enable.partition.eof": True})
    try:
        # The transactional id comes first: what a killed replay left open must be settled before its offsets are read.
        producer = None if dry_run else transactional_producer(settings, group)
        places = _starting_places(consumer, [TopicPartition(topic, number) for number in partitions])
        for batch in _batches(consumer, places, limit):
            chosen = choice.of([as_record(message) for message in batch], result)
            if producer is not None:
                _put_back(producer, consumer, chosen, _next_offsets(batch))
    except KafkaException as error:
        raise failure(error.args[0]) from None
    finally:
        consumer.close()
    return result


def _starting_places(consumer: Consumer, partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
    """Where to begin in each partition, mapped to where it ends now; only partitions with something to read."""
    places: dict[TopicPartition, int] = {}
    for committed in consumer.committed(partitions, timeout=CALL_SECONDS):
        low, high = consumer.get_watermark_offsets(committed, timeout=CALL_SECONDS)
        start = max(low, committed.offset)
        if start < high:
            places[TopicPartition(committed.topic, committed.partition, start)] = high
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
            elif not error.retriable():
                raise KafkaException(error)
        left -= len(batch)
        if batch:
            yield batch


def _put_back(
    producer: Producer, consumer: Consumer, chosen: list[tuple[str, Record]], offsets: list[TopicPartition]
) -> None:
    with one_transaction(producer):
        for topic, record in chosen:
            put_back(producer, topic, record)
        producer.send_offsets_to_transaction(offsets, consumer.consumer_group_metadata(), CALL_SECONDS)


def _next_offsets(batch: list[Message]) -> list[TopicPartition]:
    highest: dict[tuple[str, int], int] = {}
    for message in batch:
        place = (message.topic() or "", message.partition() or 0)
        highest[place] = max(highest.get(place, 0), (message.offset() or 0) + 1)
    return [TopicPartition(topic, partition, offset) for (topic, partition), offset in highest.items()]
