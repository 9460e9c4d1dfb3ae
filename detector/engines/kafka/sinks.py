"""Sinks: how a delivery is written and its offsets committed, and what is promised when that fails."""

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any, Protocol

import structlog
from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition

from detector.clock import Clock
from detector.engines.deadline import Deadline
from detector.engines.kafka.commits import PendingCommits
from detector.engines.kafka.failures import stop_reason
from detector.errors import Restart, Retry
from detector.outcomes import Delivery, Destination, Outcome
from detector.records import Partition

log = structlog.get_logger()

CALL_SECONDS = 5.0
"""How long one call to the broker may block before the worker looks whether it should stop."""

AT_LEAST_ONCE_SECONDS = 60.0
"""How long outcomes may stay unconfirmed; librdkafka itself would wait for five minutes (`message.timeout.ms`)."""


class Sink(Protocol):
    """Writes deliveries, one at a time, from one thread."""

    def open(self) -> None:
        """Make ready; may wait for the broker."""

    def deliver(self, delivery: Delivery, group: Any) -> None:
        """Write the outcomes and commit the offsets under the given consumer group metadata.

        Returns when both are certain. Raises `Retry` when neither a committed offset nor a visible outcome is left
        behind (at-least-once: no committed offset), `Superseded` or `Misconfigured` when the worker must stop.
        """


class TransactionalSink:
    """Exactly once: outcomes and offsets become visible together or not at all (KIP-98, KIP-447).

    A step of a transaction that takes longer than `timeout_seconds` ends in `Restart`. With the transaction's own
    time-out nothing is given away: the broker has aborted it by then. A client that the cluster does not answer any more
    (see `Membership`) would repeat the step for ever.
    """

    def __init__(
        self,
        make_producer: Callable[[], Producer],
        topics: Mapping[Destination, str],
        stopping: Event,
        alive: Callable[[], None],
        clock: Clock,
        timeout_seconds: float,
    ) -> None:
        self._make_producer = make_producer
        self._topics = topics
        self._stopping = stopping
        self._alive = alive
        self._clock = clock
        self._timeout_seconds = timeout_seconds
        self._producer = make_producer()

    def open(self) -> None:
        """Take the transactional id: ends what a dead predecessor left open and fences one that is not dead."""
        try:
            self._persist(lambda: self._producer.init_transactions(CALL_SECONDS))
        except KafkaException as error:
            cause = error.args[0]
            raise stop_reason(cause) or Restart(f"transactions cannot be begun ({cause.name()})") from None

    def deliver(self, delivery: Delivery, group: Any) -> None:
        """One transaction."""
        self._producer.poll(0)  # hands out librdkafka's log lines
        try:
            self._producer.begin_transaction()
            for outcome in delivery.outcomes:
                produce(self._producer, self._topics[outcome.destination], outcome)
            offsets = as_offsets(delivery.offsets)
            self._persist(lambda: self._producer.send_offsets_to_transaction(offsets, group, CALL_SECONDS))
        except KafkaException as error:
            self._roll_back(error.args[0])
            raise Retry(f"the transaction was aborted ({error.args[0].name()})") from None
        self._commit()

    def _commit(self) -> None:
        try:
            self._persist(lambda: self._producer.commit_transaction(CALL_SECONDS))
        except KafkaException as error:
            cause = error.args[0]
            if not cause.txn_requires_abort():
                # Whether the broker committed is unknown: to deliver again could make every verdict of it a second one.
                raise stop_reason(cause) or Restart(
                    f"the outcome of a transaction is unknown ({cause.name()}): the committed offsets tell where to go on."
                ) from None
            self._roll_back(cause)
            raise Retry(f"the transaction was aborted ({cause.name()})") from None

    def _persist(self, call: Callable[[], None]) -> None:
        """Call until it is certain what happened: these calls go on where they left off when they timed out.

        Every turn is a sign of life, so a call that hangs for good is noticed by the liveness probe.
        """
        give_up = Deadline(self._clock, self._timeout_seconds)
        while True:
            self._alive()
            try:
                return call()
            except KafkaException as error:
                if not error.args[0].retriable() or self._stopping.is_set():
                    raise
                if give_up.passed:
                    raise Restart(
                        f"a transaction is stuck ({error.args[0].name()}): the committed offsets tell where to go on."
                    ) from None

    def _roll_back(self, cause: KafkaError) -> None:
        if (stop := stop_reason(cause)) is not None:
            raise stop
        if not cause.fatal():
            try:
                self._persist(lambda: self._producer.abort_transaction(CALL_SECONDS))
            except KafkaException as error:
                # Such as the fatal state that an abort ends in when it overtakes a produce request (librdkafka #4849).
                cause = error.args[0]
                if (stop := stop_reason(cause)) is not None:
                    raise stop from None
            else:
                return
        log.warning("producer replaced", cause=cause.name())
        self._producer = self._make_producer()
        self.open()


class AtLeastOnceSink:
    """Outcomes first, then the offsets: a crash between the two writes the outcomes again, under the same verdict ids.

    The offsets are left with `commits` for the reader to commit: librdkafka's consumer lets one thread work at a time.
    """

    def __init__(
        self,
        make_producer: Callable[[], Producer],
        topics: Mapping[Destination, str],
        stopping: Event,
        commits: PendingCommits,
        clock: Clock,
    ) -> None:
        self._topics = topics
        self._stopping = stopping
        self._clock = clock
        self._producer = make_producer()
        self._commits = commits

    def open(self) -> None:
        """Nothing to make ready."""

    def deliver(self, delivery: Delivery, group: Any) -> None:  # noqa: ARG002 - the consumer knows its own generation
        """Produce, wait for every confirmation, hand the offsets on; `Restart` if none comes for too long."""
        failures: list[KafkaError] = []

        def confirmed(error: KafkaError | None, _message: object) -> None:
            if error is not None:
                failures.append(error)

        for outcome in delivery.outcomes:
            produce(self._producer, self._topics[outcome.destination], outcome, confirmed)
        give_up = Deadline(self._clock, AT_LEAST_ONCE_SECONDS)
        while self._producer.flush(CALL_SECONDS):
            if self._stopping.is_set():
                raise Retry("the broker did not confirm in time")
            if give_up.passed:
                raise Restart("the cluster confirms nothing to this client any more: a new client may find it.")
        if failures:
            if (stop := stop_reason(failures[0])) is not None:
                raise stop
            raise Retry(f"{len(failures)} outcomes were not written ({failures[0].name()})")
        self._commits.add(delivery.offsets)


def produce(producer: Producer, topic: str, outcome: Outcome, confirmed: Callable[..., None] | None = None) -> None:
    """Queue one outcome; waits while librdkafka's own queue is full."""
    optional: dict[str, Any] = {}
    if outcome.timestamp_ms is not None:
        optional["timestamp"] = outcome.timestamp_ms
    if confirmed is not None:
        optional["on_delivery"] = confirmed
    while True:
        try:
            return producer.produce(
                topic, value=outcome.value, key=outcome.key, headers=list(outcome.headers), **optional
            )
        except BufferError:
            producer.poll(0.1)
        except KafkaException as error:
            if error.args[0].code() == KafkaError.MSG_SIZE_TOO_LARGE:
                raise stop_reason(error.args[0]) or error from None
            raise


def as_offsets(offsets: Mapping[Partition, int]) -> list[TopicPartition]:
    """Next offsets to read, as the client library writes them."""
    return [TopicPartition(each.topic, each.number, offset) for each, offset in offsets.items()]
