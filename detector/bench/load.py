"""The load generator: a backlog at once, or events at their times."""

import time
from collections.abc import Iterable, Sequence
from threading import Event, Thread
from types import TracebackType
from typing import Self

from confluent_kafka import KafkaError, Producer
from confluent_kafka import Message as Delivered

from detector.bench.messages import Message
from detector.engines.kafka.clients import common_config
from detector.errors import DetectorError, Retry
from detector.events import EventKind
from detector.operations.cluster import QUIET
from detector.operations.producing import produce_lines
from detector.settings import Settings

_LEAD_SECONDS = 0.05
_FLUSH_SECONDS = 10.0


def fill(settings: Settings, backlog: Iterable[Message]) -> None:
    """Writes the events to their topics as fast as it goes and returns when all are there."""
    produced = produce_lines(settings, (each.value for each in backlog), None, rate=None)
    if produced.refused:
        raise Retry(f"the cluster refused {produced.refused} events of the backlog: run the bench again.")


class OpenLoop:
    """Sends each event at its time, whatever has become of those before it, from a thread of its own.

    That is what makes the latencies honest: a sender that waits for answers would send less just when the answers are
    slow. `due` are seconds from `began`. The records bear their intended times.
    """

    def __init__(self, settings: Settings, events: Sequence[Message], due: Sequence[float]) -> None:
        self._topics = {
            EventKind.LISTING_UPDATE: settings.listing_topic,
            EventKind.BOOKING: settings.booking_topic,
        }
        self._events = list(zip(events, due, strict=True))
        self._producer = Producer(
            {
                **common_config(settings),
                **QUIET,
                "enable.idempotence": True,
                "linger.ms": 0,
                "partitioner": "murmur2_random",
            }
        )
        self._stopping = Event()
        self._failure: DetectorError | None = None
        self._thread = Thread(target=self._send_all, name="load", daemon=True)
        self.began = 0.0
        self.late_seconds: list[float] = []
        """By how much each event left after its time: what the generator itself adds to a latency."""

    def __enter__(self) -> Self:
        # The broker's address is asked for now, not by the first event.
        for topic in self._topics.values():
            self._producer.list_topics(topic, timeout=_FLUSH_SECONDS)
        self.began = time.monotonic() + _LEAD_SECONDS
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        self._thread.join()
        self._producer.purge()

    def wait(self) -> None:
        """Returns once all are sent and confirmed; raises what kept them."""
        self._thread.join()
        self.check()

    def check(self) -> None:
        """Raises what kept an event from being sent."""
        if self._failure is not None:
            raise self._failure

    def latencies_ms(self, seen: dict[bytes, float]) -> list[float]:
        """From each event's intended time to when its verdict was seen, by key."""
        return [(seen[event.key] - self.began - due) * 1000 for event, due in self._events]

    def _send_all(self) -> None:
        to_epoch = time.time() - time.monotonic()
        for event, due in self._events:
            at = self.began + due
            if self._stopping.wait(max(at - time.monotonic(), 0.0)):
                return
            self.late_seconds.append(time.monotonic() - at)
            self._producer.produce(
                self._topics[event.kind],
                event.value,
                event.key,
                timestamp=int((at + to_epoch) * 1000),
                on_delivery=self._delivered,
            )
            self._producer.poll(0)
        if self._producer.flush(_FLUSH_SECONDS):
            self._failure = Retry("events were not confirmed: the cluster has stopped answering.")

    def _delivered(self, error: KafkaError | None, _message: Delivered) -> None:
        if error is not None:
            self._failure = Retry(f"the cluster refused an event ({error.name()}): run the bench again.")
