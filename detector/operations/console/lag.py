"""How far the workers' group is behind in both input topics."""

import time
from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any

from confluent_kafka import (
    TIMESTAMP_NOT_AVAILABLE,
    Consumer,
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec

from detector.clock import Clock
from detector.engines.http.console.ports import UNKNOWN_LAG, Lag
from detector.errors import DetectorError, Misconfigured, Retry
from detector.operations.cluster import Cluster, failure
from detector.operations.console.connecting import failures_named, is_end, make_consumer
from detector.records import Partition
from detector.settings import Settings

ANSWER_SECONDS = 2.0
LOOK_SECONDS = 1.0
MOST_LOOKED_AT = 32
"""Partitions whose oldest open record is looked at; of more, those furthest behind."""

Span = tuple[int, int]
"""The next offset that the group reads, and the one after the last committed record."""

_UNKNOWN, _NOTHING = "unknown", "nothing"
_Oldest = float | str
"""Epoch seconds of a partition's oldest open record; or that it has none, or that nobody knows."""


class KafkaLag:
    """See `LagProbe`. What the cluster does not let it see is not known; that is no error."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._cluster: Cluster | None = None
        self._consumer: Consumer | None = None
        self._oldest: dict[tuple[Partition, Span], _Oldest] = {}

    def measure(self) -> Lag:
        """Records from the group's committed offsets to the ends, and the age of the oldest of them.

        A transaction's marker takes an offset and is no record: a partition that has nothing else to read is not behind.
        """
        try:
            return self._measure()
        except DetectorError:
            # A client that has lost the cluster waits ever longer before it tries again; a new one does not.
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connections."""
        if self._consumer is not None:
            self._consumer.close()
        self._consumer = self._cluster = None

    def _measure(self) -> Lag:
        if self._cluster is None:
            self._cluster = Cluster(self._settings, ANSWER_SECONDS)
        try:
            spans = _spans(self._cluster.client, self._settings.group, self._inputs(self._cluster))
        except KafkaException as error:
            trouble = failure(error.args[0])
            if isinstance(trouble, Retry):
                raise trouble from None
            return UNKNOWN_LAG
        if not spans:
            return UNKNOWN_LAG
        behind = {partition: span for partition, span in spans.items() if span[1] > span[0]}
        try:
            oldest = self._look(behind)
        except Misconfigured:
            oldest = {}  # it may count the records, and not read them
        open_ = [end - start for partition, (start, end) in behind.items() if oldest.get(partition) != _NOTHING]
        return Lag(sum(open_), self._age(oldest, len(open_)))

    def _inputs(self, cluster: Cluster) -> list[Partition]:
        counts = cluster.topics()
        topics = (self._settings.listing_topic, self._settings.booking_topic)
        return [Partition(topic, number) for topic in topics for number in range(counts.get(topic, 0))]

    def _age(self, oldest: Mapping[Partition, _Oldest], behind: int) -> float | None:
        if not behind:
            return 0.0
        written = [each for each in oldest.values() if isinstance(each, float)]
        return max(0.0, round(self._clock.now().timestamp() - min(written), 3)) if written else None

    def _look(self, behind: Mapping[Partition, Span]) -> dict[Partition, _Oldest]:
        """The oldest open record of each partition; what was seen the last time is not looked at again."""
        furthest = sorted(behind, key=lambda each: behind[each][0] - behind[each][1])[:MOST_LOOKED_AT]
        known = {(each, behind[each]): self._known(each, behind[each]) for each in furthest}
        unseen = [partition for (partition, _), found in known.items() if found == _UNKNOWN]
        if unseen:
            for partition, found in self._read({each: behind[each] for each in unseen}).items():
                known[partition, behind[partition]] = found
        self._oldest = known
        return {partition: found for (partition, _), found in known.items()}

    def _known(self, partition: Partition, span: Span) -> _Oldest:
        for (other, (start, end)), found in self._oldest.items():
            same_start = other == partition and start == span[0]
            if same_start and (isinstance(found, float) or (found == _NOTHING and end == span[1])):
                return found
        return _UNKNOWN

    def _read(self, spans: Mapping[Partition, Span]) -> dict[Partition, _Oldest]:
        if self._consumer is None:
            # One record of each is wanted, and not what follows it.
            self._consumer = make_consumer(self._settings, queued_min_messages=1, max_partition_fetch_bytes=16 * 1024)
        found: dict[Partition, _Oldest] = dict.fromkeys(spans, _UNKNOWN)
        deadline = time.monotonic() + LOOK_SECONDS
        with failures_named():
            self._consumer.assign([TopicPartition(*partition, span[0]) for partition, span in spans.items()])
            while _UNKNOWN in found.values() and time.monotonic() < deadline:
                message = self._consumer.poll(0.1)
                if message is None:
                    continue
                partition = Partition(message.topic() or "", message.partition() or 0)
                if found.get(partition) != _UNKNOWN:
                    continue
                if is_end(message):
                    found[partition] = _NOTHING
                elif message.error() is None:
                    kind, written = message.timestamp()
                    found[partition] = _UNKNOWN if kind == TIMESTAMP_NOT_AVAILABLE else written / 1000
            self._consumer.unassign()
        return found


def _spans(client: AdminClient, group: str, partitions: list[Partition]) -> dict[Partition, Span]:
    """Of each partition; what was never committed begins where the topic does, as the workers do."""
    if not partitions:
        return {}
    ends = _offsets(client, partitions, OffsetSpec.latest())  # type: ignore[no-untyped-call]
    places = [TopicPartition(*partition) for partition in partitions]
    (asked,) = client.list_consumer_group_offsets(
        [ConsumerGroupTopicPartitions(group, places)], request_timeout=ANSWER_SECONDS
    ).values()
    committed = {Partition(each.topic, each.partition): _offset(each) for each in asked.result().topic_partitions}
    never = [partition for partition in partitions if committed.get(partition, -1) < 0]
    starts = {**committed, **_offsets(client, never, OffsetSpec.earliest())}  # type: ignore[no-untyped-call]
    return {partition: (starts[partition], ends[partition]) for partition in partitions}


def _offset(place: TopicPartition) -> int:
    """The committed offset, negative if there is none; raises where it is not to be seen, which looks the same else."""
    if place.error is not None:
        raise KafkaException(place.error)
    return place.offset


def _offsets(client: AdminClient, partitions: list[Partition], spec: OffsetSpec) -> dict[Partition, int]:
    if not partitions:
        return {}
    asked: dict[TopicPartition, Future[Any]] = client.list_offsets(
        {TopicPartition(*partition): spec for partition in partitions},
        isolation_level=IsolationLevel.READ_COMMITTED,
        request_timeout=ANSWER_SECONDS,
    )
    return {Partition(place.topic, place.partition): future.result().offset for place, future in asked.items()}
