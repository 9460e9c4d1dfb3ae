"""A coordinator on the bench: signals go in by hand, and what its other threads would do is done by hand."""

from collections.abc import Sequence
from queue import SimpleQueue
from threading import Event

from detector.clock import ManualClock
from detector.deadletters import BrakePolicy
from detector.engines.kafka.coordinator import Coordinator
from detector.engines.kafka.memory import MemorySink
from detector.engines.kafka.signals import Assigned, Delivered, Polled, Scored, Signal
from detector.engines.kafka.stages import DeliveryWork, Order, ScoringWork
from detector.engines.room import Room
from detector.events import EventKind
from detector.monitoring.health import Health
from detector.monitoring.metrics import PrometheusObserver
from detector.pipeline import Pipeline, PipelinePolicy
from detector.records import Partition, Position, Record
from detector.scoring import KeywordScorer, score_each
from detector.scoring.keyword import KeywordWindow

FIRST, SECOND = Partition("listings", 0), Partition("listings", 1)
EVENT = b'{"transactionContext": {"transactionId": "1"}, "attributes": {"name": "Quayside"}}'


class StubReader:
    """The one thing the coordinator asks of the reader."""

    held = False

    def hold(self) -> None:
        self.held = True


class SlowTexts(KeywordScorer):
    """A scorer that takes a millisecond to cut a text into windows."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self._clock = clock

    def windows(self, text: str) -> Sequence[KeywordWindow]:
        self._clock.advance(0.001)
        return super().windows(text)


class Bench:
    """A coordinator without its threads; each `..._one` does what one of them would do once."""

    def __init__(self, brake: BrakePolicy | None = None, *, slow_texts: bool = False, readers: int = 1) -> None:
        self.inbox: SimpleQueue[Signal] = SimpleQueue()
        self.clock = ManualClock()
        self.scorer = SlowTexts(self.clock) if slow_texts else KeywordScorer()
        self.sink = MemorySink()
        self.reader = StubReader()
        self.room = Room(1000, 1_000_000)
        self.observer = PrometheusObserver()
        health, stopping = Health(self.clock), Event()
        self.scoring = ScoringWork(self.scorer, self.clock, health, self.inbox.put, stopping)
        self.delivering = DeliveryWork(self.sink, self.clock, health, self.inbox.put, stopping)
        policy = PipelinePolicy({"listings": EventKind.LISTING_UPDATE}, brake=brake or BrakePolicy())
        self.coordinator = Coordinator(
            self.inbox,
            Pipeline(self.scorer, policy, self.clock, self.observer),
            self.reader,  # type: ignore[arg-type]
            self.scoring,
            self.delivering,
            self.room,
            self.observer,
            self.clock,
            shutdown_seconds=20.0,
            readers=readers,
        )

    def tell(self, *signals: Signal) -> bool:
        """Give the coordinator signals and one turn; says whether it wants to go on."""
        for signal in signals:
            self.inbox.put(signal)
        return self.coordinator.turn()

    def assign(self, *partitions: Partition, group: str = "generation 1") -> None:
        self.tell(Assigned(frozenset(partitions), group))

    def read(self, partition: Partition, *offsets: int, value: bytes = EVENT) -> bool:
        records = [Record(Position(partition, offset), b"k", value) for offset in offsets]
        self.room.enter(len(records), sum(record.size for record in records))
        return self.tell(Polled(records))

    def score_one(self) -> bool:
        batch = self.scoring.requests.get_nowait()
        assert batch is not None
        return self.tell(Scored(batch, score_each(self.scorer, batch.windows), 0.01))

    def order(self) -> Order:
        order = self.delivering.requests.get_nowait()
        assert order is not None
        return order

    def deliver_one(self) -> bool:
        order = self.order()
        self.sink.deliver(order.delivery, order.group)
        return self.tell(Delivered(order.delivery, 0.01))

    @property
    def offsets(self) -> list[int]:
        return [outcome.position.offset for outcome in self.sink.written]
