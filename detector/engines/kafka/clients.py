"""librdkafka's configuration: what the guarantees stand on, what measurements chose, and what the operator adds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import KafkaException

from detector.errors import Misconfigured
from detector.settings import Delivery, Settings

OWNED = frozenset(
    {
        "bootstrap.servers",
        "metadata.broker.list",
        "group.id",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "isolation.level",
        "transactional.id",
        "enable.idempotence",
        "acks",
        "max.in.flight",
        "max.in.flight.requests.per.connection",
    }
)
"""Properties that the worker's promises depend on: they cannot be passed through."""

_CONSUMER_ONLY = frozenset(
    {
        "auto.offset.reset",
        "fetch.error.backoff.ms",
        "fetch.max.bytes",
        "fetch.message.max.bytes",
        "fetch.min.bytes",
        "fetch.queue.backoff.ms",
        "fetch.wait.max.ms",
        "group.instance.id",
        "group.protocol",
        "group.remote.assignor",
        "heartbeat.interval.ms",
        "max.partition.fetch.bytes",
        "max.poll.interval.ms",
        "partition.assignment.strategy",
        "queued.max.messages.kbytes",
        "queued.min.messages",
        "session.timeout.ms",
    }
)
_PRODUCER_ONLY = frozenset(
    {
        "batch.num.messages",
        "batch.size",
        "compression.codec",
        "compression.level",
        "compression.type",
        "delivery.timeout.ms",
        "linger.ms",
        "message.timeout.ms",
        "partitioner",
        "queue.buffering.max.kbytes",
        "queue.buffering.max.messages",
        "queue.buffering.max.ms",
        "request.timeout.ms",
        "retries",
        "sticky.partitioning.linger.ms",
        "transaction.timeout.ms",
    }
)


@contextmanager
def refusals_named(settings: Settings) -> Iterator[None]:
    """A property that librdkafka refuses, while a client is made, becomes `Misconfigured` without the property's value."""
    try:
        yield
    except KafkaException as error:
        reason = error.args[0].str()
        for value in settings.kafka.values():
            reason = reason.replace(f'"{value.get_secret_value()}" ', "")
        raise Misconfigured(
            f"librdkafka refuses a property that is passed through: {reason}. Mend --kafka or DETECTOR_KAFKA__*."
        ) from None


def common_config(settings: Settings) -> dict[str, Any]:
    """For every client: where the cluster is, and the operator's own properties (TLS, SASL, tuning)."""
    if owned := OWNED & set(settings.kafka):
        raise Misconfigured(
            f"{', '.join(sorted(owned))} cannot be passed through: the delivery guarantee rests on it. "
            "Use the detector's own settings (--bootstrap-servers, --group, --delivery)."
        )
    return {
        "bootstrap.servers": settings.bootstrap_servers,
        "client.id": "contact-leak-detector",
        "allow.auto.create.topics": False,
        # Re-bootstrapping, the default of recent librdkafka, forgets its brokers when none answers, and an open transaction
        # then waits for the forgotten coordinator for ever (2.16). Without it that is rare; `KafkaWorker` mends the rest.
        "metadata.recovery.strategy": "none",
        **{name: value.get_secret_value() for name, value in settings.kafka.items()},
    }


def consumer_config(settings: Settings) -> dict[str, Any]:
    """For the worker's consumer.

    The local queue is kept short: what it holds is memory, and is fetched again by the next owner of a partition.
    `fetch.queue.backoff.ms` is librdkafka's pause once that queue is full (default 1000).
    """
    tuned: dict[str, Any] = {
        "auto.offset.reset": "earliest",
        "queued.min.messages": 5000,
        "queued.max.messages.kbytes": 32 * 1024,
        "fetch.queue.backoff.ms": 20,
        "fetch.wait.max.ms": 100,
    }
    common = common_config(settings)
    if common.get("group.protocol") != "consumer":
        tuned["partition.assignment.strategy"] = "cooperative-sticky"
        # A worker that was killed holds its partitions for this long; heartbeats do not wait for the model.
        tuned["session.timeout.ms"] = 10_000
    return {
        **tuned,
        **{name: value for name, value in common.items() if name not in _PRODUCER_ONLY},
        "group.id": settings.group,
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "isolation.level": "read_committed",
        "enable.partition.eof": False,
    }


def producer_config(settings: Settings, instance: str) -> dict[str, Any]:
    """For the worker's producer, transactional where exactly-once is promised.

    `retry.backoff.ms` is what back-to-back transactions wait while the broker writes the last one's markers: with
    librdkafka's default of 100, exactly-once costs 100 ms per transaction. `message.max.bytes` lets a dead letter through
    that is as large as its topic allows; the broker, not the client, draws that line. murmur2 is what Java's producers
    use, so a key has one partition whoever writes it. Only what was not written is reported: `flush` tells of the rest.
    """
    tuned: dict[str, Any] = {
        "linger.ms": 1,
        "delivery.report.only.error": True,
        "retry.backoff.ms": 5,
        "retry.backoff.max.ms": 500,
        "partitioner": "murmur2_random",
        "message.max.bytes": 64 * 1024 * 1024,
        "queue.buffering.max.kbytes": 256 * 1024,
        "transaction.timeout.ms": int(settings.transaction_timeout_seconds * 1000),
    }
    common = {name: value for name, value in common_config(settings).items() if name not in _CONSUMER_ONLY}
    config = {**tuned, **common, "enable.idempotence": True}
    if settings.promise is Delivery.EXACTLY_ONCE:
        config["transactional.id"] = f"{settings.group}-{instance}"
    return config
