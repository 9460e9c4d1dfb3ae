"""Dead letters: the newest, and chosen ones back to where they came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from uuid import uuid4

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient

from detector.engines.http.console.ports import GONE, NO_HOME, Letter, Letters, Place, Returned, Skipped
from detector.engines.http.console.reading import letter_of
from detector.engines.kafka.reader import as_record
from detector.operations.cluster import Cluster
from detector.operations.console.connecting import REACH_SECONDS, consuming, failures_named
from detector.operations.console.newest import read_newest
from detector.operations.console.picking import pick
from detector.operations.putting_back import (
    home_of,
    input_topics,
    one_transaction,
    put_back,
    replay_group,
    transactional_producer,
)
from detector.records import Record
from detector.settings import Settings

TRANSACTION_MS = 20_000
"""What a killed console leaves open the broker aborts after this long; readers of the topic wait until then."""


class KafkaDeadLetters:
    """See `DeadLetters`. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._topic = settings.dead_letter_topic
        # Of this process alone: two consoles that share one would fence each other off.
        self._transactional_id = f"{settings.group}-console-{uuid4().hex[:12]}"
        self._one_at_a_time = Lock()
        self._put_back: set[Place] = set()

    def newest(self, limit: int) -> Letters:
        """The newest dead letters, the newest first."""
        cluster = Cluster(self._settings, REACH_SECONDS)
        partitions = cluster.partitions(self._topic)
        with consuming(self._settings) as consumer:
            found, total = read_newest(consumer, self._topic, partitions, limit, _letter)
        passed = _passed_by_replays(cluster.client, self._settings, {each.reason for each in found}, partitions)
        return Letters([self._known(each, passed) for each in reversed(found)], total)

    def put_back(self, places: Sequence[Place]) -> Returned:
        """Write those records to the topics they came from, in one transaction."""
        partitions = set(Cluster(self._settings, REACH_SECONDS).partitions(self._topic))
        wanted = list(dict.fromkeys(places))
        with self._one_at_a_time, consuming(self._settings) as consumer:
            found = pick(consumer, self._topic, (place for place in wanted if place.partition in partitions))
            homes = {place: home_of(found[place], input_topics(self._settings)) for place in wanted if place in found}
            chosen = [(home, found[place]) for place, home in homes.items() if home is not None]
            if chosen:
                self._write(chosen)
            self._put_back |= {place for place, home in homes.items() if home is not None}
        skipped = [Skipped(place, NO_HOME if place in found else GONE) for place in wanted if homes.get(place) is None]
        return Returned(len(chosen), skipped)

    def _write(self, chosen: Iterable[tuple[str, Record]]) -> None:
        with failures_named():
            producer = transactional_producer(
                self._settings, self._transactional_id, transaction_timeout_ms=TRANSACTION_MS
            )
            with one_transaction(producer):
                for topic, record in chosen:
                    put_back(producer, topic, record)

    def _known(self, letter: Letter, passed: Mapping[str, Mapping[int, int]]) -> Letter:
        """With what is known of its being put back: by this process, or by a replay that has passed it."""
        partition, offset = letter.position.partition.number, letter.position.offset
        home = letter.origin.partition.topic if letter.origin else None
        by_replay = home in input_topics(self._settings) and any(
            passed.get(group, {}).get(partition, 0) > offset
            for group in (replay_group(self._settings, None), replay_group(self._settings, letter.reason))
        )
        if by_replay or Place(partition, offset) in self._put_back:
            return replace(letter, replayed=True)
        return letter


def _letter(message: Message) -> Letter:
    return letter_of(as_record(message))


def _passed_by_replays(
    client: AdminClient, settings: Settings, reasons: Iterable[str], partitions: Iterable[int]
) -> dict[str, dict[int, int]]:
    """How far each replay has come: its group to partition to offset; nothing of a group that may not be seen."""
    places = [TopicPartition(settings.dead_letter_topic, number) for number in partitions]
    groups = {replay_group(settings, None), *(replay_group(settings, reason) for reason in reasons if reason)}
    asked = {
        group: client.list_consumer_group_offsets(
            [ConsumerGroupTopicPartitions(group, places)], request_timeout=REACH_SECONDS
        )[group]
        for group in groups
    }
    passed: dict[str, dict[int, int]] = {}
    for group, future in asked.items():
        try:
            passed[group] = {each.partition: each.offset for each in future.result().topic_partitions}
        except KafkaException:
            continue
    return passed
