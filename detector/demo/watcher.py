"""Reads the answers: verdicts, tombstones and dead letters."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from confluent_kafka import Consumer, Message, TopicPartition

from detector.deadletters import headers as letters
from detector.demo.board import Answer
from detector.framing import payload_of
from detector.operations.cluster import Cluster
from detector.operations.reading import reading_config
from detector.records import Partition, Position
from detector.settings import Settings
from detector.verdicts import Verdict
from detector.wire import SOURCE


class Watcher:
    """Follows both output topics from their beginning until its context ends; `fetch` are consumer properties."""

    def __init__(self, settings: Settings, fetch: Mapping[str, str]) -> None:
        self._verdict_topic = settings.verdict_topic
        self._consumer = Consumer({**reading_config(settings, f"{settings.group}-watcher"), **fetch})
        topics = (settings.verdict_topic, settings.dead_letter_topic)
        cluster = Cluster(settings)
        self._consumer.assign(
            [TopicPartition(topic, number, 0) for topic in topics for number in cluster.partitions(topic)]
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._consumer.close()

    def next(self, seconds: float) -> tuple[Answer, float] | None:
        """The next answer and when it was seen; None if none came within so many seconds."""
        message = self._consumer.poll(seconds)
        seen = time.monotonic()
        if message is None or message.error() is not None:
            return None
        return answer_of(message, is_letter=message.topic() != self._verdict_topic), seen


def answer_of(message: Message, *, is_letter: bool) -> Answer:
    """What a record of an output topic says, and about which record."""
    headers = dict(message.headers() or [])
    if is_letter:
        partition = Partition(_text(headers, letters.TOPIC), int(_text(headers, letters.PARTITION)))
        position = Position(partition, int(_text(headers, letters.OFFSET)))
        return Answer(position, reason=_text(headers, letters.REASON))
    value = message.value()
    if value is None:
        topic, partition_number, offset = _text(headers, SOURCE).rsplit("/", 2)
        return Answer(Position(Partition(topic, int(partition_number)), int(offset)))
    verdict = Verdict.model_validate_json(payload_of(value))
    source = verdict.source
    return Answer(Position(Partition(source.topic, source.partition), source.offset), verdict)


def _text(headers: dict[str, str | bytes | None], name: str) -> str:
    value = headers[name]
    return value.decode() if isinstance(value, bytes) else value or ""
