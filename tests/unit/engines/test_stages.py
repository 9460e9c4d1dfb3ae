"""The scoring and delivery threads' work, one request at a time."""

from collections.abc import Sequence
from queue import SimpleQueue
from threading import Barrier, Event

import pytest

from detector.clock import ManualClock
from detector.engines.kafka.memory import MemorySink
from detector.engines.kafka.signals import Crashed, Delivered, Refused, Scored, Signal
from detector.engines.kafka.stages import DeliveryWork, Order, ScoringWork, Stage
from detector.errors import Retry, Superseded
from detector.events import EventKind
from detector.monitoring.health import Health
from detector.outcomes import Delivery
from detector.pipeline import Batch, Pipeline, PipelinePolicy
from detector.records import Partition, Position, Record
from detector.scoring import KeywordScorer, Window, WindowScore

PARTITION = Partition("listings", 0)
DELIVERY = Delivery([], {PARTITION: 1})


class Surroundings:
    """What both threads are given."""

    def __init__(self) -> None:
        self.told: SimpleQueue[Signal] = SimpleQueue()
        self.clock = ManualClock()
        self.health = Health(self.clock)
        self.stopping = Event()


@pytest.fixture
def around() -> Surroundings:
    return Surroundings()


def serve(work: ScoringWork) -> None:
    """Run the one loop until what was asked for is answered."""
    work.end()
    (loop,) = work.loops().values()
    loop()


def a_batch(around: Surroundings) -> Batch:
    policy = PipelinePolicy({"listings": EventKind.LISTING_UPDATE})
    pipeline = Pipeline(KeywordScorer(), policy, around.clock)
    event = b'{"transactionContext": {"transactionId": "1"}, "attributes": {"name": "Quayside"}}'
    pipeline.push(Record(Position(PARTITION, 0), b"k", event))
    batch = pipeline.next_batch(idle=True)
    assert batch is not None
    return batch


class Faltering(KeywordScorer):
    """Fails in a way that may pass, some times, then works."""

    def __init__(self, failures: int) -> None:
        super().__init__()
        self.failures = failures

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        if self.failures:
            self.failures -= 1
            raise Retry("busy")
        return list(super().score(windows))


def test_a_failure_that_may_pass_is_tried_again_and_the_batch_is_scored(around: Surroundings) -> None:
    work = ScoringWork(Faltering(2), around.clock, around.health, around.told.put, around.stopping)
    work.requests.put(a_batch(around))
    serve(work)
    told = around.told.get_nowait()
    assert isinstance(told, Scored)
    assert isinstance(told.results[0], WindowScore)


def test_a_stop_ends_the_tries(around: Surroundings) -> None:
    around.stopping.set()
    work = ScoringWork(Faltering(1000), around.clock, around.health, around.told.put, around.stopping)
    work.requests.put(a_batch(around))
    with pytest.raises(Retry):
        serve(work)


def test_what_is_delivered_and_what_is_refused_is_told(around: Surroundings) -> None:
    sink = MemorySink()
    sink.stale = ["old"]
    around.stopping.set()  # the pause after a refusal is over at once
    work = DeliveryWork(sink, around.clock, around.health, around.told.put, around.stopping)
    for order in (Order(DELIVERY, "old"), Order(DELIVERY, "new"), None):
        work.requests.put(order)
    work.run()
    assert around.told.get_nowait() == Refused(DELIVERY)
    assert isinstance(around.told.get_nowait(), Delivered)
    assert sink.committed == {PARTITION: 1}


class Opening(MemorySink):
    """Shows signs of life while it opens, as a sink that waits for its broker does."""

    def __init__(self, health: Health) -> None:
        super().__init__()
        self._health = health

    def open(self) -> None:
        self._health.beat("delivery")


def test_threads_that_wait_for_work_are_alive_for_however_long(around: Surroundings) -> None:
    sink = Opening(around.health)
    delivering = DeliveryWork(sink, around.clock, around.health, around.told.put, around.stopping)
    scoring = ScoringWork(KeywordScorer(), around.clock, around.health, around.told.put, around.stopping)
    delivering.requests.put(Order(DELIVERY, "new"))
    scoring.requests.put(a_batch(around))
    delivering.requests.put(None)
    delivering.run()
    serve(scoring)
    around.clock.advance(3600)
    assert around.health.stuck() == []


class Hanging(KeywordScorer):
    """Looks at the health in the middle of a run that takes too long."""

    def __init__(self, around: Surroundings) -> None:
        super().__init__()
        self._around = around
        self.stuck: list[str] = []

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        self._around.clock.advance(31)
        self.stuck = self._around.health.stuck()
        return list(super().score(windows))


def test_a_model_that_hangs_is_seen_as_stuck(around: Surroundings) -> None:
    scorer = Hanging(around)
    work = ScoringWork(scorer, around.clock, around.health, around.told.put, around.stopping)
    work.requests.put(a_batch(around))
    serve(work)
    assert scorer.stuck == ["scoring"]


class Meeting(KeywordScorer):
    """Each run waits until another is under way."""

    def __init__(self) -> None:
        super().__init__()
        self._both = Barrier(2)

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        self._both.wait(10)
        return list(super().score(windows))


def test_two_readers_read_two_batches_at_a_time(around: Surroundings) -> None:
    work = ScoringWork(Meeting(), around.clock, around.health, around.told.put, around.stopping, readers=2)
    for _ in range(2):
        work.requests.put(a_batch(around))
    work.end()
    stages = [Stage(name, loop, around.told.put) for name, loop in work.loops().items()]
    for stage in stages:
        stage.start()
    for stage in stages:
        stage.join(10)
    told = [around.told.get_nowait() for _ in stages]
    assert [type(each) for each in told] == [Scored, Scored]
    assert around.health.stuck() == []


def test_a_reader_that_hangs_is_seen_beside_one_that_turns(around: Surroundings) -> None:
    work = ScoringWork(Hanging(around), around.clock, around.health, around.told.put, around.stopping, readers=2)
    hanging, turning = work.loops()
    around.health.beat(hanging)
    work.requests.put(a_batch(around))
    work.end()
    work.loops()[turning]()
    assert around.health.stuck() == [hanging]


def test_a_thread_that_dies_tells_of_what(around: Surroundings) -> None:
    def work() -> None:
        raise Superseded("taken over")

    stage = Stage("delivery", work, around.told.put)
    stage.start()
    told = around.told.get(timeout=10)
    stage.join(10)
    assert isinstance(told, Crashed)
    assert (told.stage, type(told.error)) == ("delivery", Superseded)
