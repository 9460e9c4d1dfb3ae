"""What the writer asks of Faust's producer, and what it makes of its answers."""

import asyncio
from collections.abc import Awaitable
from typing import Any, cast

import pytest
from aiokafka.errors import (
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    NotLeaderForPartitionError,
    TopicAuthorizationFailedError,
    UnknownError,
)
from faust.exceptions import ProducerSendError
from faust.types.transports import ProducerT

from detector.engines.faust.transport import NO_KEY
from detector.engines.faust.writing import Writer
from detector.errors import Misconfigured, Restart, Retry
from detector.events import EventKind
from detector.outcomes import Destination, Outcome
from detector.records import Partition, Position

TOPICS = {Destination.VERDICTS: "verdicts", Destination.DEAD_LETTERS: "dead-letters"}


class StubProducer:
    """Remembers what it was sent; answers with `error` at once or, `late`, when the broker would confirm."""

    def __init__(self, error: Exception | None = None, *, late: bool = True) -> None:
        self.sent: list[tuple[Any, ...]] = []
        self._error, self._late = error, late

    async def send(self, *sent: Any) -> Awaitable[None]:
        if self._error is not None and not self._late:
            raise ProducerSendError("wrapped") from self._error
        self.sent.append(sent)
        confirmation: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._error is not None:
            confirmation.set_exception(self._error)
        else:
            confirmation.set_result(None)
        return confirmation


def outcome(destination: Destination = Destination.VERDICTS, timestamp_ms: int | None = None) -> Outcome:
    headers = [("a", b"1"), ("a", None)]
    position = Position(Partition("listings", 0), 0)
    return Outcome(position, destination, EventKind.BOOKING, b"k", b"v", headers, 2, timestamp_ms=timestamp_ms)


def write(producer: StubProducer, *outcomes: Outcome) -> None:
    asyncio.run(Writer(lambda: cast(ProducerT, producer), TOPICS)(outcomes or (outcome(),)))


def test_an_outcome_goes_to_its_topic_with_headers_in_order() -> None:
    producer = StubProducer()
    write(producer, outcome(), outcome(Destination.DEAD_LETTERS))
    assert producer.sent == [
        (topic, b"k", b"v", None, None, [("a", b"1"), ("a", None)]) for topic in ("verdicts", "dead-letters")
    ]


def test_a_record_without_key_and_value_is_sent_without_either() -> None:
    producer = StubProducer()
    write(producer, outcome(Destination.DEAD_LETTERS)._replace(key=None, value=None))
    assert producer.sent[0][1:3] == (NO_KEY, None)


@pytest.mark.parametrize("timestamp_ms", [0, 1, 1_700_000_000_001, 1_700_000_000_003, 4_102_444_800_999])
def test_a_timestamp_survives_fausts_arithmetic_to_the_millisecond(timestamp_ms: int) -> None:
    producer = StubProducer()
    write(producer, outcome(timestamp_ms=timestamp_ms))
    assert int(producer.sent[0][4] * 1000.0) == timestamp_ms


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("error", "remedy"),
    [
        (NotLeaderForPartitionError(), Retry),
        (KafkaTimeoutError(), Retry),
        (MessageSizeTooLargeError(), Misconfigured),
        (TopicAuthorizationFailedError(), Misconfigured),
        (UnknownError(), Restart),
    ],
)
def test_an_error_says_what_to_do_next(error: Exception, remedy: type[Exception], late: bool) -> None:  # noqa: FBT001
    with pytest.raises(remedy):
        write(StubProducer(error, late=late))
