"""Events from a file to their topics, at a rate."""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from detector.engines.kafka.clients import common_config
from detector.errors import Misconfigured, Retry
from detector.events import EventKind
from detector.operations.cluster import QUIET, Cluster
from detector.settings import Settings


@dataclass(slots=True)
class Produced:
    """Events written, by topic, and how many the cluster refused."""

    written: dict[str, int] = field(default_factory=dict)
    refused: int = 0


def produce_lines(
    settings: Settings,
    lines: Iterable[bytes],
    topic: str | None,
    rate: float | None,
    frame: Callable[[str], bytes] = lambda _topic: b"",
) -> Produced:
    """Write each line that is not blank as one event; returns once the cluster has confirmed them.

    Without `topic` the event's own `eventType` decides, and what says none is a listing update. A line that is not an
    event is written all the same, as a producer with a defect would. `rate` is in events per second, kept without
    drift. `frame` gives what stands before each event of a topic. Raises `Retry` if the cluster does not answer.
    """
    result = Produced()
    Cluster(settings).topics()

    def confirmed(error: KafkaError | None, message: Message) -> None:
        if error is not None:
            result.refused += 1
            return
        name = message.topic() or ""
        result.written[name] = result.written.get(name, 0) + 1

    producer = Producer(
        {
            **common_config(settings),
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
            "message.max.bytes": 64 * 1024 * 1024,
            "message.timeout.ms": 30_000,
            **QUIET,
        }
    )
    start = time.monotonic()
    for number, line in enumerate(line.rstrip(b"\r\n") for line in lines if line.strip()):
        if rate:
            _poll_until(producer, start + number / rate)
        where, key = _address(settings, line)
        _queue(producer, topic or where, key, frame(topic or where) + line, confirmed)
    if left := producer.flush(35.0):
        raise Retry(f"{left} events were not confirmed: the cluster has stopped answering.")
    return result


def _poll_until(producer: Producer, due: float) -> None:
    while (left := due - time.monotonic()) > 0:
        producer.poll(left)


def _queue(producer: Producer, topic: str, key: bytes | None, line: bytes, confirmed: object) -> None:
    while True:
        try:
            return producer.produce(topic, value=line, key=key, on_delivery=confirmed)  # type: ignore[arg-type]
        except BufferError:
            producer.poll(0.1)
        except KafkaException as error:
            raise Misconfigured(f"an event cannot be written to {topic} ({error.args[0].name()}).") from None


def _address(settings: Settings, line: bytes) -> tuple[str, bytes | None]:
    """Topic and key of an event; what cannot be read as one goes to the listing topic without a key."""
    try:
        event = json.loads(line)
        context = event.get("transactionContext") or {}
        key = event.get("listingId") or event.get("bookingId") or context.get("transactionId")
        booking = event.get("eventType") == EventKind.BOOKING
    except (ValueError, AttributeError, RecursionError):
        return settings.listing_topic, None
    return settings.booking_topic if booking else settings.listing_topic, str(key).encode(
        errors="replace"
    ) if key else None
