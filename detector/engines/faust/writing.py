"""Outcomes through Faust's producer."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from aiokafka.errors import BrokerResponseError
from aiokafka.errors import KafkaError as ClientError
from confluent_kafka import KafkaError
from faust.exceptions import ProducerSendError
from faust.types.transports import ProducerT

from detector.engines.faust.transport import NO_KEY
from detector.engines.kafka.failures import stop_reason
from detector.errors import DetectorError, Restart, Retry
from detector.outcomes import Destination, Outcome


class Writer:
    """Writes outcomes and waits until the broker has confirmed every one; see `detector.engines.faust.flow.Write`."""

    def __init__(self, producer: Callable[[], ProducerT], topics: Mapping[Destination, str]) -> None:
        self._producer = producer
        self._topics = topics

    async def __call__(self, outcomes: Sequence[Outcome]) -> None:
        """Raises `Retry` where trying again may help; then any of the outcomes may be written already."""
        producer = self._producer()
        try:
            confirmations = [await self._send(producer, outcome) for outcome in outcomes]
            for confirmed in await asyncio.gather(*confirmations, return_exceptions=True):
                if isinstance(confirmed, BaseException):
                    raise confirmed
        except ProducerSendError as error:
            raise _what_to_do(error.__cause__ or error) from None
        except ClientError as error:
            raise _what_to_do(error) from None

    async def _send(self, producer: ProducerT, outcome: Outcome) -> "asyncio.Future[object]":
        topic, written = self._topics[outcome.destination], outcome.timestamp_ms
        # Faust takes seconds, multiplies by 1000 and cuts off: half a millisecond more comes out as the one meant.
        timestamp = None if written is None else (written + 0.5) / 1000
        key = NO_KEY if outcome.key is None and outcome.value is None else outcome.key
        confirmation = await producer.send(
            topic,
            key,
            outcome.value,
            None,
            timestamp,
            list(outcome.headers),  # type: ignore[arg-type]
        )
        return asyncio.ensure_future(confirmation)


def _what_to_do(error: BaseException) -> DetectorError:
    """Aiokafka numbers a broker's errors as the protocol does, so what one client's mean holds for the other's.

    What the client raises on its own account, such as a time-out, has no number and may pass.
    """
    name = type(error).__name__
    if isinstance(error, BrokerResponseError):
        if (reason := stop_reason(KafkaError(error.errno))) is not None:
            return reason
        if not error.retriable:
            return Restart(f"the broker refuses the outcomes ({name}); the committed offsets tell where to go on.")
    return Retry(f"outcomes were not written ({name})")
