"""The thread that owns the consumer: it reads, keeps the worker in its group, and takes part in rebalances."""

from collections.abc import Callable, Iterable, Sequence
from threading import Event

import structlog
from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Consumer, KafkaException, Message, TopicPartition

from detector.clock import Clock
from detector.engines.kafka.commits import PendingCommits
from detector.engines.kafka.failures import stop_reason
from detector.engines.kafka.membership import Membership
from detector.engines.kafka.signals import Assigned, HeldBack, Polled, Revoked, Signal, Watermarks
from detector.engines.kafka.sinks import as_offsets
from detector.engines.room import Room
from detector.monitoring.health import Health
from detector.records import Partition, Position, Record

log = structlog.get_logger()

READ_AT_MOST = 500
IDLE_SECONDS = 0.2
PAUSE_AFTER_SECONDS = 1.0
"""How long reading waits for room before it pauses the partitions: a pause throws away what was prefetched."""
WATERMARKS_EVERY_SECONDS = 2.0
COORDINATOR_SECONDS = 1.0
"""What one question to the group's coordinator may take."""


class Reader:
    """Reads into the coordinator while there is room; used by its own thread alone, but for `stop` and `hold`."""

    def __init__(
        self,
        consumer: Consumer,
        topics: Sequence[str],
        room: Room,
        commits: PendingCommits,
        tell: Callable[[Signal], None],
        clock: Clock,
        health: Health,
        revoke_seconds: float,
    ) -> None:
        self._consumer = consumer
        self._topics = list(topics)
        self._room = room
        self._commits = commits
        self._tell = tell
        self._clock = clock
        self._health = health
        self._revoke_seconds = revoke_seconds
        self._stop = Event()
        self._hold = Event()
        self._paused: set[Partition] = set()
        self._full_since: float | None = None
        self._held_back = False
        self._watermarks_at = clock.monotonic()
        self._membership = Membership(clock, self._coordinator_answers)

    def hold(self) -> None:
        """Read nothing more, but stay in the group."""
        self._hold.set()

    def stop(self) -> None:
        """Leave the group and end the thread."""
        self._hold.set()
        self._stop.set()

    def run(self) -> None:
        """Read until stopped."""
        self._consumer.subscribe(
            self._topics, on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
        )
        try:
            while not self._stop.is_set():
                self._health.beat("reader")
                self._turn()
        finally:
            self._commit(wait=True)
            self._consumer.close()

    def _turn(self) -> None:
        self._commit(wait=False)
        self._membership.check()
        if self._clock.monotonic() >= self._watermarks_at:
            self._tell_watermarks()
        if self._hold.is_set() or self._room.is_full:
            self._hold_back()
            return
        self._go_on()
        self._read()

    def _read(self) -> None:
        """Wake on the first message, then take what is already here: `consume` alone would wait for a full list."""
        first = self._consumer.poll(IDLE_SECONDS)
        if first is not None:
            woken = self._clock.monotonic()
            self._forward([first, *self._consumer.consume(READ_AT_MOST - 1, 0)], woken)

    def _forward(self, messages: Iterable[Message], since: float) -> None:
        records = [as_record(message) for message in messages if self._is_data(message)]
        if records:
            self._room.enter(len(records), sum(record.size for record in records))
            self._tell(Polled(records, self._clock.monotonic() - since))

    def _is_data(self, message: Message) -> bool:
        error = message.error()
        if error is None:
            return True
        if (stop := stop_reason(error)) is not None:
            raise stop
        if error.fatal():
            raise RuntimeError(f"the consumer cannot go on ({error.name()})")
        log.warning("reading failed, will be tried again", cause=error.name())
        return False

    def _hold_back(self) -> None:
        """Wait for room; after a while pause, since a member that does not poll is thrown out of its group."""
        now = self._clock.monotonic()
        self._full_since = now if self._full_since is None else self._full_since
        if not self._hold.is_set() and now - self._full_since < PAUSE_AFTER_SECONDS:
            self._room.wait(0.1)
            return
        assigned = set(map(_partition, self._consumer.assignment()))
        self._tell_held_back(paused=not self._hold.is_set())
        if fresh := assigned - self._paused:
            self._consumer.pause([TopicPartition(*partition) for partition in fresh])
        self._paused = assigned
        message = self._consumer.poll(0.05)
        if message is not None:
            self._forward([message], self._clock.monotonic())

    def _go_on(self) -> None:
        self._full_since = None
        if self._paused:
            assigned = set(map(_partition, self._consumer.assignment()))
            self._consumer.resume([TopicPartition(*partition) for partition in self._paused & assigned])
            self._paused = set()
        self._tell_held_back(paused=False)

    def _tell_held_back(self, *, paused: bool) -> None:
        if paused != self._held_back:
            self._held_back = paused
            self._tell(HeldBack(paused))

    def _commit(self, *, wait: bool) -> None:
        """Commit what at-least-once delivery has left to commit; an unwaited failure is made good by the next commit."""
        offsets = self._commits.take()
        if not offsets:
            return
        try:
            if wait:
                self._consumer.commit(offsets=as_offsets(offsets), asynchronous=False)
            else:
                self._consumer.commit(offsets=as_offsets(offsets), asynchronous=True)
        except KafkaException as error:
            log.warning("offsets not committed, these records may be judged again", cause=error.args[0].name())

    def _tell_watermarks(self) -> None:
        self._watermarks_at = self._clock.monotonic() + WATERMARKS_EVERY_SECONDS
        ends: dict[Partition, int] = {}
        for each in self._consumer.assignment():
            _low, high = self._consumer.get_watermark_offsets(each, cached=True)
            if high >= 0:
                ends[_partition(each)] = high
        self._tell(Watermarks(ends))

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        # The metadata of this very generation: a member that was lost meanwhile is fenced by it, because its number is
        # old. Asked for later it might be that of no member at all, which a broker does not fence.
        group = consumer.consumer_group_metadata()
        self._membership.joined()
        self._tell(Assigned(frozenset(map(_partition, partitions)), group))
        self._health.achieved("group")

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:  # noqa: ARG002
        self._give_up(partitions, lost=False)

    def _on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:  # noqa: ARG002
        self._give_up(partitions, lost=True)
        self._membership.lost()
        self._health.lost("group")

    def _coordinator_answers(self) -> bool:
        """Whether it tells any committed offset: this question goes to the group's coordinator alone."""
        try:
            self._consumer.committed([TopicPartition(self._topics[0], 0)], timeout=COORDINATOR_SECONDS)
        except KafkaException:
            return False
        return True

    def _give_up(self, partitions: list[TopicPartition], *, lost: bool) -> None:
        gone = frozenset(map(_partition, partitions))
        if paused := self._paused & gone:
            # librdkafka keeps a partition paused even while it is another worker's, and when it comes back.
            self._consumer.resume([TopicPartition(*partition) for partition in paused])
            self._paused -= paused
        released = Event()
        self._tell(Revoked(gone, lost, released))
        if not released.wait(self._revoke_seconds):
            log.warning("partitions given up before their last delivery was certain", partitions=len(gone))
            self._tell(Revoked(gone, lost=True, released=Event()))
        if lost:
            self._commits.forget(gone)
        self._commit(wait=True)


def as_record(message: Message) -> Record:
    """A consumed message as the core sees it."""
    kind, timestamp = message.timestamp()
    return Record(
        position=Position(Partition(message.topic() or "", message.partition() or 0), message.offset() or 0),
        key=message.key(),
        value=message.value(),
        headers=tuple(_headers(message)),
        timestamp_ms=None if kind == TIMESTAMP_NOT_AVAILABLE else timestamp,
    )


def _headers(message: Message) -> list[tuple[str, bytes | None]]:
    headers = message.headers() or []
    pairs = headers.items() if isinstance(headers, dict) else headers
    return [(name, value.encode() if isinstance(value, str) else value) for name, value in pairs]


def _partition(each: TopicPartition) -> Partition:
    return Partition(each.topic, each.partition)
