"""What a sink does when the cluster leaves its client without an answer."""

from threading import Event
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from detector.clock import ManualClock
from detector.engines.kafka.commits import PendingCommits
from detector.engines.kafka.sinks import AT_LEAST_ONCE_SECONDS, CALL_SECONDS, AtLeastOnceSink, TransactionalSink
from detector.errors import Restart, Retry
from detector.events import EventKind
from detector.outcomes import Delivery, Destination, Outcome
from detector.records import Partition, Position

PARTITION = Partition("listings", 0)
TOPICS = {Destination.VERDICTS: "verdicts", Destination.DEAD_LETTERS: "dead-letters"}
DELIVERY = Delivery(
    [Outcome(Position(PARTITION, 0), Destination.VERDICTS, EventKind.BOOKING, b"k", b"v", [], 1)], {PARTITION: 1}
)


class Unanswered:
    """A producer whose calls time out from the named step on, each after the time it was given."""

    def __init__(self, clock: ManualClock, stuck_at: str, answers_after: float = float("inf")) -> None:
        self.clock = clock
        self.stuck_at = stuck_at
        self.answers_after = answers_after
        self.calls: list[str] = []

    def _call(self, name: str, seconds: float) -> None:
        self.calls.append(name)
        if name == self.stuck_at and self.clock.monotonic() < self.answers_after:
            self.clock.advance(seconds)
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, "no answer", retriable=True))

    def init_transactions(self, seconds: float) -> None:
        self._call("init", seconds)

    def begin_transaction(self) -> None:
        self.calls.append("begin")

    def send_offsets_to_transaction(self, _offsets: object, _group: object, seconds: float) -> None:
        self._call("offsets", seconds)

    def commit_transaction(self, seconds: float) -> None:
        self._call("commit", seconds)

    def produce(self, *_: object, **__: object) -> None:
        self.calls.append("produce")

    def poll(self, _seconds: float) -> None:
        """Nothing to hand out."""

    def flush(self, seconds: float) -> int:
        try:
            self._call("flush", seconds)
        except KafkaException:
            return 1
        return 0


class Bench:
    def __init__(self, stuck_at: str, answers_after: float = float("inf")) -> None:
        self.clock = ManualClock()
        self.stopping = Event()
        self.beats = 0
        self.producer: Any = Unanswered(self.clock, stuck_at, self.clock.monotonic() + answers_after)

    def beat(self) -> None:
        self.beats += 1

    def exactly_once(self) -> TransactionalSink:
        return TransactionalSink(lambda: self.producer, TOPICS, self.stopping, self.beat, self.clock, 30.0)

    def at_least_once(self) -> AtLeastOnceSink:
        return AtLeastOnceSink(lambda: self.producer, TOPICS, self.stopping, PendingCommits(), self.clock)


@pytest.mark.parametrize("step", ["offsets", "commit"])
def test_a_transaction_that_outlasts_its_timeout_ends_in_a_restart(step: str) -> None:
    bench = Bench(step)
    began = bench.clock.monotonic()
    with pytest.raises(Restart, match="stuck"):
        bench.exactly_once().deliver(DELIVERY, "group")
    assert 30.0 <= bench.clock.monotonic() - began <= 30.0 + CALL_SECONDS
    assert bench.beats > 1


def test_so_does_a_name_that_cannot_be_taken() -> None:
    bench = Bench("init")
    with pytest.raises(Restart):
        bench.exactly_once().open()


@pytest.mark.parametrize("step", ["offsets", "commit"])
def test_a_slow_broker_is_waited_for(step: str) -> None:
    bench = Bench(step, answers_after=3 * CALL_SECONDS)
    bench.exactly_once().deliver(DELIVERY, "group")
    assert bench.producer.calls.count(step) == 4
    assert bench.producer.calls.count("produce") == 1


def test_outcomes_that_are_never_confirmed_end_in_a_restart() -> None:
    bench = Bench("flush")
    began = bench.clock.monotonic()
    with pytest.raises(Restart):
        bench.at_least_once().deliver(DELIVERY, "group")
    assert AT_LEAST_ONCE_SECONDS <= bench.clock.monotonic() - began <= AT_LEAST_ONCE_SECONDS + CALL_SECONDS


def test_a_stopping_worker_does_not_wait_that_long() -> None:
    bench = Bench("flush")
    bench.stopping.set()
    with pytest.raises(Retry):
        bench.at_least_once().deliver(DELIVERY, "group")
    assert bench.producer.calls.count("flush") == 1
