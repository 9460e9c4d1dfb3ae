"""Sinks: how a delivery is written and its offsets committed, and what is promised when that fails."""

from collections.abc import Callable, Mapping
from threading import Event
from typing import Any, Protocol

import structlog
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from detector.engines.kafka.failures import is_stale_generation, stop_reason
from detector.errors import Misconfigured, Retry
from detector.outcomes import Delivery, Destination, Outcome

log = structlog.get_logger()

CALL_SECONDS = 5.0
"""How long one call to the broker may block before the worker looks whether it should stop."""


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
    """Exactly once: outcomes and offsets become visible together or not at all (KIP-98, KIP-447)."""

    def __init__(
        self, make_producer: Callable[[], Producer], topics: Mapping[Destination, str], stopping: Event
    ) -> None:
        self._make_producer = make_producer
        self._topics = topics
        self._stopping = stopping
        self._producer = make_producer()

    def open(self) -> None:
        """Take the transactional id: ends what a dead predecessor left open and fences one that is not dead."""
        self._persist(lambda: self._producer.init_transactions(CALL_SECONDS))

    def deliver(self, delivery: Delivery, group: Any) -> None:
        """One transaction."""
        try:
            self._producer.begin_transaction()
            for outcome in delivery.outcomes:
                produce(self._producer, self._topics[outcome.destination], outcome)
            offsets = as_offsets(delivery)
            self._persist(
                lambda: self._producer.send_offsets_to_transaction(offsets, group, CALL_SECONDS)
            )
            self._persist(lambda: self._producer.commit_transaction(CALL_SECONDS))
        except KafkaException as error:
            self._roll_back(error.args[0])
            raise Retry(f"the transaction was aborted ({error.args[0].name()})") from None

    def _persist(self, call: Callable[[], None]) -> None:
        """Call until it is certain what happened: these calls go on where they left off when they timed out."""
        while True:
            try:
                return call()
            except KafkaException as error:
                if not error.args[0].retriable() or self._stopping.is_set():
                    raise

    def _roll_back(self, cause: KafkaError) -> None:
        if (stop := stop_reason(cause, self._topics)) is not None:
            raise stop
        if not cause.fatal():
            try:
                # An abort that overtakes the first produce request can end in a fatal state (librdkafka #4849).
                self._producer.poll(0)
                self._persist(lambda: self._producer.abort_transaction(CALL_SECONDS))
            except KafkaException as error:
                cause = error.args[0]
                if (stop := stop_reason(cause, self._topics)) is not None:
                    raise stop from None
            else:
                return
        log.warning("producer replaced", cause=cause.name())
        self._producer = self._make_producer()
        self.open()


class AtLeastOnceSink:
    """Outcomes first, then the offsets: a crash between the two writes the outcomes again, under the same verdict ids."""

    def __init__(
        self,
        make_producer: Callable[[], Producer],
        topics: Mapping[Destination, str],
        stopping: Event,
        consumer: Consumer,
    ) -> None:
        self._topics = topics
        self._stopping = stopping
        self._producer = make_producer()
        self._consumer = consumer

    def open(self) -> None:
        """Nothing to make ready."""

    def deliver(self, delivery: Delivery, group: Any) -> None:  # noqa: ARG002 - the consumer knows its own generation
        """Produce, wait for every confirmation, commit."""
        failures: list[KafkaError] = []

        def confirmed(error: KafkaError | None, _message: object) -> None:
            if error is not None:
                failures.append(error)

        for outcome in delivery.outcomes:
            produce(self._producer, self._topics[outcome.destination], outcome, confirmed)
        while self._producer.flush(CALL_SECONDS):
            if self._stopping.is_set():
                raise Retry("the broker did not confirm in time")
        if failures:
            if (stop := stop_reason(failures[0], self._topics)) is not None:
                raise stop
            raise Retry(f"{len(failures)} outcomes were not written ({failures[0].name()})")
        self._commit(as_offsets(delivery))

    def _commit(self, offsets: list[TopicPartition]) -> None:
        while True:
            try:
                self._consumer.commit(offsets=offsets, asynchronous=False)
            except KafkaException as error:
                if is_stale_generation(error.args[0]):
                    # The partitions' next owner reads these records again: that is at-least-once.
                    log.warning("offsets not committed", cause=error.args[0].name())
                    return
                if not error.args[0].retriable() or self._stopping.is_set():
                    raise Retry(f"the offsets were not committed ({error.args[0].name()})") from None
            else:
                return


def produce(
    producer: Producer, topic: str, outcome: Outcome, confirmed: Callable[..., None] | None = None
) -> None:
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
                raise too_large(topic) from None
            raise


def too_large(topic: str) -> Misconfigured:
    """The message for a topic that refuses an outcome for its size."""
    return Misconfigured(
        f"topic {topic} refuses a record for its size: raise its max.message.bytes above the input topics' (and "
        "`--kafka message.max.bytes=...`), then start again. The record is not lost: it is still lag."
    )


def as_offsets(delivery: Delivery) -> list[TopicPartition]:
    """The delivery's offsets as the client library writes them."""
    return [TopicPartition(each.topic, each.index, offset) for each, offset in delivery.offsets.items()]
