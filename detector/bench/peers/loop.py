"""The plain consumer loop of confluent-kafka's documentation, with whatever judges texts in its middle.

Offsets commit by themselves every five seconds, the client's default: what is promised is little.
"""

import signal
from collections.abc import Callable, Sequence
from threading import Event

from confluent_kafka import Consumer, Producer

from detector.bench.peers.events import decoded, encoded, text_in
from detector.settings import load_settings

Judge = Callable[[Sequence[str]], Sequence[float]]


def run_loop(judge: Judge, most: int = 1, seconds: float = 1.0) -> None:
    """Reads, judges and writes until SIGTERM; a batch has `most` texts, or what came within `seconds`."""
    stopping = Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stopping.set())
    settings = load_settings()
    servers = {"bootstrap.servers": settings.bootstrap_servers}
    consumer = Consumer({**servers, "group.id": settings.group, "auto.offset.reset": "earliest"})
    producer = Producer(servers)
    consumer.subscribe([settings.listing_topic, settings.booking_topic])
    while not stopping.is_set():
        records = [record for record in consumer.consume(most, seconds) if record.error() is None]
        if not records:
            continue
        scores = judge([text_in(decoded(record.value())) for record in records])
        for record, score in zip(records, scores, strict=True):
            producer.produce(settings.verdict_topic, encoded(score), record.key())
        producer.poll(0)
    producer.flush()
    consumer.close()
