"""The latency reader: when each verdict was first seen by a read-committed consumer."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from confluent_kafka import Consumer, Message, TopicPartition

from detector.errors import DetectorError
from detector.operations.cluster import Cluster
from detector.operations.reading import reading_config
from detector.operations.worker_process import WorkerFailed
from detector.settings import Settings

_MOST_AT_ONCE = 1000
_WAIT_SECONDS = 0.1
_SILENCE_SECONDS = 0.5


class VerdictReader:
    """Follows the output topics from their beginning; a dead letter is an error, as no event of a bench deserves one."""

    def __init__(self, settings: Settings) -> None:
        self._letters = settings.dead_letter_topic
        self._consumer = Consumer(reading_config(settings, f"{settings.group}-reader"))
        cluster = Cluster(settings)
        topics = (settings.verdict_topic, settings.dead_letter_topic)
        self._consumer.assign([TopicPartition(topic, n, 0) for topic in topics for n in cluster.partitions(topic)])
        self.seen: dict[bytes, float] = {}
        """Key of an event to the monotonic time at which its verdict was first seen."""
        self.repeated = 0
        """Verdicts beyond the first of an event."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._consumer.close()

    def read(self, seconds: float) -> bool:
        """Takes what is there, waiting at most so long for the first of it; says whether there was any."""
        first = self._consumer.poll(seconds)
        if first is None:
            return False
        self._note(first, time.monotonic())
        # Whatever came along with the first was there when it was.
        rest = self._consumer.consume(_MOST_AT_ONCE, 0)
        now = time.monotonic()
        for message in rest:
            self._note(message, now)
        return True

    def until(self, count: int, attend: Callable[[], None], patience: float) -> None:
        """Reads on until so many events have a verdict, calling `attend` in between.

        Raises `WorkerFailed` when none has come for `patience` seconds.
        """
        heard = time.monotonic()
        while len(self.seen) < count:
            if self.read(_WAIT_SECONDS):
                heard = time.monotonic()
            attend()
            if time.monotonic() - heard > patience:
                raise WorkerFailed(f"{count - len(self.seen)} events have no verdict, and none came for {patience:g} s")

    def rest(self) -> None:
        """Reads what is still to come from a worker that has stopped, to know of verdicts that are repeated."""
        while self.read(_SILENCE_SECONDS):
            pass

    def _note(self, message: Message, now: float) -> None:
        if message.error() is not None:
            return
        if message.topic() == self._letters:
            raise DetectorError("the worker could not judge an event of the bench and wrote a dead letter.")
        key = message.key() or b""
        if key in self.seen:
            self.repeated += 1
        else:
            self.seen[key] = now
