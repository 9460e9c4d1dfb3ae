"""Following the verdict topic while workers write it, as a read-committed consumer would."""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaException, TopicPartition

from tests.brokers import SECONDS, Read, as_read, read_committed
from tests.integration.workers import Stream


class Follower:
    """Reads committed verdicts as they come."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "never-joined",
                "enable.auto.commit": False,
                "fetch.wait.max.ms": 20,
                "topic.metadata.refresh.interval.ms": 1000,
            }
        )
        partitions = self._consumer.list_topics(topic, timeout=SECONDS).topics[topic].partitions
        self._consumer.assign([TopicPartition(topic, number, 0) for number in partitions])
        self._seen: set[bytes] = set()

    def until(self, count: int, seconds: float = 2 * SECONDS) -> None:
        """Read on until so many verdicts were seen, repeats not counted."""
        deadline = time.monotonic() + seconds
        while len(self._seen) < count:
            assert time.monotonic() < deadline, f"{len(self._seen)} of {count} verdicts after {seconds:g} s"
            for message in self._consumer.consume(min(500, count - len(self._seen)), 0.2):
                error = message.error()
                if error is None:
                    self._seen.add(identity(as_read(message)))
                elif error.fatal():
                    raise KafkaException(error)

    def close(self) -> None:
        """Stop reading."""
        self._consumer.close()


@contextmanager
def following(stream: Stream) -> Iterator[Follower]:
    """A follower of the stream's verdicts."""
    follower = Follower(stream.bootstrap, stream.verdicts)
    try:
        yield follower
    finally:
        follower.close()


def identity(verdict: Read) -> bytes:
    """What makes a repeated verdict recognisable as the same one."""
    found = dict(verdict.headers)["detector.verdict-id"]
    assert isinstance(found, bytes)
    return found


def transactions(records: Iterable[Read]) -> Counter[str]:
    """How many verdicts each transaction id has."""
    return Counter(json.loads(record.value or b"")["transactionContext"]["transactionId"] for record in records)


def judged(stream: Stream) -> Counter[str]:
    """How many committed verdicts each transaction id has now."""
    return transactions(read_committed(stream.bootstrap, stream.verdicts))
