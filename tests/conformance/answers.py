"""What a worker wrote, in a form that two engines must agree on to the byte."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from detector.outcomes import Outcome
from tests.brokers import Read

Place = tuple[str, int, int]
"""Topic, partition and offset."""

_SCORED_AT = re.compile(rb'"scoredAt":"[^"]+"')


class Answer(NamedTuple):
    """A verdict or a dead letter but for the time at which it was written.

    What has a key has one partition whoever writes it; what has none may go anywhere. A dead letter keeps the timestamp
    of its record.
    """

    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, str | bytes | None]]
    partition: int | None
    timestamp_ms: int | None


def verdict(read: Read) -> Answer:
    """A record of the verdict topic."""
    value = None if read.value is None else _SCORED_AT.sub(b'"scoredAt":""', read.value)
    return Answer(read.key, value, read.headers, None if read.key is None else read.partition, None)


def dead_letter(read: Read) -> Answer:
    """A record of the dead-letter topic."""
    return Answer(read.key, read.value, read.headers, None if read.key is None else read.partition, read.timestamp_ms)


def of_outcome(outcome: Outcome) -> Answer:
    """What is to be written, where every topic has one partition."""
    value = None if outcome.value is None else _SCORED_AT.sub(b'"scoredAt":""', outcome.value)
    partition = None if outcome.key is None else 0
    return Answer(outcome.key, value, list(outcome.headers), partition, outcome.timestamp_ms)


def source(output: Read) -> Place:
    """The place of the record that a verdict or a dead letter answers, as its headers say."""
    headers = dict(output.headers)
    at = headers.get("detector.source") or b"/".join(
        _content(headers[f"__connect.errors.{part}"]) for part in ("topic", "partition", "offset")
    )
    topic, partition, offset = _content(at).decode().split("/")
    return topic, int(partition), int(offset)


def _content(header: str | bytes | None) -> bytes:
    assert isinstance(header, bytes)
    return header
