"""Plays the steps at their times."""

import json
import time
from functools import partial

from confluent_kafka import KafkaError, Message, Producer

from detector.demo.board import KINDS, Answered, Board
from detector.demo.script import Step
from detector.engines.kafka.clients import common_config
from detector.errors import DetectorError, Misconfigured
from detector.events import EventKind
from detector.records import Partition, Position
from detector.settings import Settings

_MAX_BYTES = 64 * 1024 * 1024
_MAX_WAIT = 0.05


class Player:
    """Sends step 0 at once and the others, from `begin` on, `rate` per second.

    Each is due at a time counted from the beginning, so a late one delays no other, and its record carries that time.
    """

    def __init__(self, settings: Settings, board: Board, rate: float) -> None:
        self._board, self._rate = board, rate
        self._next = 0
        self._began: float | None = None
        self._completed: list[Answered] = []
        # Record timestamps are times of day, due times are monotonic.
        self._to_epoch = time.time() - time.monotonic()
        self._producer = Producer(
            {
                **common_config(settings),
                "enable.idempotence": True,
                "linger.ms": 0,
                "partitioner": "murmur2_random",
                "message.max.bytes": _MAX_BYTES,
                "log_level": 0,
            }
        )

    def begin(self, now: float) -> None:
        """From now on the steps are due; a second call changes nothing."""
        if self._began is None:
            self._began = now

    def play(self, now: float) -> list[Answered]:
        """Sends what is due; gives what delivery reports completed."""
        while (due := self._due(now)) is not None and due <= now:
            self._send(self._next, due)
            self._next += 1
        self._producer.poll(0)
        completed, self._completed = self._completed, []
        return completed

    def pause(self, now: float) -> float:
        """Seconds that one may do something else before the next `play`."""
        due = self._due(now)
        return _MAX_WAIT if due is None else min(max(due - now, 0.0), _MAX_WAIT)

    def _due(self, now: float) -> float | None:
        if self._next == len(self._board.steps):
            return None
        if self._next == 0:
            return now
        return None if self._began is None else self._began + (self._next - 1) / self._rate

    def _send(self, number: int, due: float) -> None:
        step = self._board.steps[number]
        self._producer.produce(
            topic_of(step),
            key=step.key,
            value=step.value,
            timestamp=int((due + self._to_epoch) * 1000),
            on_delivery=partial(self._delivered, number),
        )
        self._board.sent(number, due)

    def _delivered(self, number: int, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            raise DetectorError(f"the broker refused event {number + 1}: {error.name()}.")
        partition = Partition(message.topic() or "", message.partition() or 0)
        self._completed += self._board.delivered(number, Position(partition, message.offset() or 0))


def topic_of(step: Step) -> str:
    """The step's topic; without one its event's kind decides. `Misconfigured` for a topic that nobody judges."""
    if step.topic is None:
        return next(topic for topic, kind in KINDS.items() if kind is _kind(step))
    if step.topic not in KINDS:
        raise Misconfigured(f"an event names a topic that the demo does not have; use {' or '.join(KINDS)}.")
    return step.topic


def _kind(step: Step) -> EventKind:
    try:
        booking = step.value is not None and json.loads(step.value).get("eventType") == EventKind.BOOKING
    except (ValueError, AttributeError, RecursionError):
        booking = False
    return EventKind.BOOKING if booking else EventKind.LISTING_UPDATE
