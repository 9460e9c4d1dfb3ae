"""The headers that say why a record is a dead letter, named as Kafka Connect names them.

Off-the-shelf viewers read these names; every value is UTF-8 text, numbers as decimals. Source of the names:
`org.apache.kafka.connect.runtime.errors.DeadLetterQueueReporter` in Apache Kafka.
"""

from detector.errors import InvalidRecord
from detector.records import Headers, Position

PREFIX = "__connect.errors."
TOPIC = PREFIX + "topic"
PARTITION = PREFIX + "partition"
OFFSET = PREFIX + "offset"
STAGE = PREFIX + "stage"
ERROR_CLASS = PREFIX + "exception.class.name"
ERROR_MESSAGE = PREFIX + "exception.message"
REASON = "detector.reason"


def error_headers(position: Position, error: InvalidRecord) -> list[tuple[str, bytes]]:
    """What is added to the record's own headers."""
    (topic, partition), offset = position
    values = {
        TOPIC: topic,
        PARTITION: str(partition),
        OFFSET: str(offset),
        STAGE: error.stage.value.upper(),
        ERROR_CLASS: f"{type(error).__module__}.{type(error).__qualname__}",
        ERROR_MESSAGE: str(error),
        REASON: error.reason.value,
    }
    return [(name, value.encode()) for name, value in values.items()]


def original_headers(headers: Headers) -> list[tuple[str, bytes | None]]:
    """The headers the producer wrote: those of an earlier failure are left out, so a replay starts clean."""
    return [(name, value) for name, value in headers if not name.startswith(PREFIX) and name != REASON]


def original_topic(headers: Headers) -> str | None:
    """Where a dead letter came from; None if its headers do not say."""
    for name, value in headers:
        if name == TOPIC and value:
            return value.decode(errors="replace")
    return None
