"""The thread in the middle: it owns the pipeline, keeps the model and the producer busy, and answers rebalances."""

from collections import deque
from queue import Empty, SimpleQueue
from typing import Any

import structlog

from detector.clock import Clock
from detector.engines.backlog import Backlog
from detector.engines.deadline import Deadline
from detector.engines.kafka.arrivals import Arrivals
from detector.engines.kafka.cadence import Cadence
from detector.engines.kafka.reader import Reader
from detector.engines.kafka.signals import (
    Assigned,
    Crashed,
    Delivered,
    HeldBack,
    Polled,
    Refused,
    Revoked,
    Scored,
    Signal,
    StopRequested,
    Watermarks,
)
from detector.engines.kafka.stages import DeliveryWork, Order, ScoringWork
from detector.engines.room import Room
from detector.observing import EngineObserver
from detector.outcomes import Delivery
from detector.pipeline import Pipeline
from detector.records import Partition

log = structlog.get_logger()

TURN_SECONDS = 1.0
DELIVER_AT_MOST = 5_000


class Coordinator:
    """Turns signals into work for the other threads, `readers` of which run the model.

    `turn` is to be called until it says that a requested stop is complete.
    """

    def __init__(  # noqa: PLR0913 - it joins all the parts
        self,
        inbox: "SimpleQueue[Signal]",
        pipeline: Pipeline,
        reader: Reader,
        scoring: ScoringWork,
        delivering: DeliveryWork,
        room: Room,
        observer: EngineObserver,
        clock: Clock,
        shutdown_seconds: float,
        readers: int = 1,
    ) -> None:
        self._inbox = inbox
        self._pipeline = pipeline
        self._reader = reader
        self._scoring = scoring
        self._delivering = delivering
        self._room = room
        self._observer = observer
        self._clock = clock
        self._shutdown_seconds = shutdown_seconds
        # Those that the model reads, and one that waits, so that it never waits for us.
        self._ahead = readers + 1
        self._owned: set[Partition] = set()
        self._group: Any = None
        self._backlog = Backlog()
        self._arrivals = Arrivals(room, self._backlog, clock)
        self._at_model = 0
        self._outbox: deque[Delivery] = deque()
        self._under_way: Delivery | None = None
        self._gone_meanwhile: set[Partition] = set()
        self._revoked: list[Revoked] = []
        self._stop: Deadline | None = None
        self._cadence = Cadence(clock.monotonic())

    def turn(self) -> bool:
        """Wait for signals, answer them, hand out work; False once there is nothing left to do."""
        self._answer_all()
        self._arrivals.hand_on(self._pipeline.push)
        self._feed_model()
        self._deliver()
        self._release()
        self._observer.in_flight(self._in_flight)
        self._observer.brake(self._pipeline.brake_fill)
        return not self._is_finished()

    def _answer_all(self) -> None:
        try:
            signal = self._inbox.get(timeout=self._patience())
            while True:
                self._answer(signal)
                signal = self._inbox.get_nowait()
        except Empty:
            return

    def _patience(self) -> float:
        if self._arrivals:
            return 0.0
        waits = [TURN_SECONDS]
        if self._at_model < self._ahead and (due := self._pipeline.wait()) is not None:
            waits.append(due)
        if self._stop is not None:
            waits.append(self._stop.remaining)
        if self._under_way is None and (pause := self._pause()):
            waits.append(pause)
        return min(waits)

    def _pause(self) -> float:
        """Seconds in which what is ready waits for company; none where somebody waits for the delivery itself."""
        if self._outbox or self._stop is not None:
            return 0.0
        return self._cadence.wait(self._clock.monotonic())

    def _answer(self, signal: Signal) -> None:
        match signal:
            case Polled(records, seconds):
                self._observer.busy("read", seconds)
                self._arrivals.add(records, self._owned if self._stop is None else frozenset())
            case Scored(batch, results, seconds):
                self._at_model -= 1
                self._pipeline.complete(batch, results, seconds)
            case Delivered(delivery, seconds):
                self._settle(delivery, seconds)
            case Refused(delivery, seconds):
                self._under_way = None
                self._observer.refused()
                self._observer.busy("deliver", seconds)
                # A partition that went away and came back is read again from its committed offset: what was refused
                # of it is on its way a second time.
                self._outbox.appendleft(self._part_of(delivery, self._owned - self._gone_meanwhile))
            case Assigned(partitions, group):
                self._owned |= partitions
                self._group = group
                self._observer.rebalanced(len(self._owned))
                log.info("partitions assigned", new=len(partitions), owned=len(self._owned))
            case Revoked():
                self._give_up(signal)
            case Watermarks() | HeldBack():
                self._pass_on(signal)
            case StopRequested():
                self._begin_stop()
            case Crashed(stage, error):
                log.error("thread died", thread=stage, error=type(error).__name__)
                raise error

    def _feed_model(self) -> None:
        while self._at_model < self._ahead and self._group is not None:
            batch = self._pipeline.next_batch(idle=self._at_model == 0)
            if batch is None:
                return
            self._at_model += 1
            self._scoring.requests.put(batch)

    def _deliver(self) -> None:
        if self._under_way is not None or self._group is None or self._pause():
            return
        self._outbox.append(self._pipeline.take(DELIVER_AT_MOST))
        while self._outbox:
            delivery = self._outbox.popleft()
            if delivery.offsets:
                self._under_way = delivery
                self._gone_meanwhile = set()
                self._delivering.requests.put(Order(delivery, self._group))
                return

    def _settle(self, delivery: Delivery, seconds: float) -> None:
        self._under_way = None
        self._cadence.took(seconds, self._clock.monotonic())
        self._leave(delivery)
        self._backlog.delivered(delivery.offsets)
        self._observer.busy("deliver", seconds)
        self._observer.delivered(delivery, seconds, self._clock.now().timestamp())

    def _leave(self, delivery: Delivery) -> None:
        self._room.leave(len(delivery.outcomes), delivery.weight)

    def _part_of(self, delivery: Delivery, partitions: set[Partition]) -> Delivery:
        """What of a delivery belongs to these partitions; the rest leaves the room."""
        kept, gone = delivery.split(partitions)
        self._leave(gone)
        return kept

    def _give_up(self, revoked: Revoked) -> None:
        """Keep what is settled for one last delivery, unless the partitions are lost already; drop the rest."""
        log.info("partitions revoked", count=len(revoked.partitions), lost=revoked.lost)
        if not revoked.lost:
            self._outbox.append(self._pipeline.take(DELIVER_AT_MOST))
        self._arrivals.turn_away(revoked.partitions)
        dropped = self._pipeline.forget(revoked.partitions)
        self._room.leave(len(dropped), sum(entry.weight for entry in dropped))
        # A loss overtakes a revocation of the same partitions that was still waiting for its last delivery.
        self._revoked = [each for each in self._revoked if not each.partitions & revoked.partitions]
        self._revoked.append(revoked)
        if revoked.lost:
            self._disown(revoked)

    def _release(self) -> None:
        """Let the reader go on with a rebalance once nothing of the revoked partitions is being written."""
        writing = set(self._under_way.offsets) if self._under_way else set()
        writing.update(*(delivery.offsets for delivery in self._outbox))
        for revoked in list(self._revoked):
            if not (writing & revoked.partitions) or revoked.lost:
                self._disown(revoked)

    def _disown(self, revoked: Revoked) -> None:
        self._revoked.remove(revoked)
        self._owned -= revoked.partitions
        self._gone_meanwhile |= revoked.partitions
        self._outbox = deque(self._part_of(delivery, self._owned) for delivery in self._outbox)
        self._backlog.forget(revoked.partitions)
        self._observer.gave_up(len(self._owned))
        revoked.released.set()

    def _pass_on(self, fact: Watermarks | HeldBack) -> None:
        """What the reader saw and only an observer wants to know."""
        if isinstance(fact, HeldBack):
            self._observer.held_back(paused=fact.paused)
        else:
            self._observer.lagging(self._backlog.lag(fact.ends, self._clock.now().timestamp()))

    def _begin_stop(self) -> None:
        """First request: read no more, finish what the pipeline has begun. Second request: now."""
        self._reader.hold()
        self._arrivals.turn_away()
        seconds = self._shutdown_seconds if self._stop is None else 0.0
        self._stop = Deadline(self._clock, seconds)
        log.info("stopping", in_flight=self._pipeline.in_flight, budget_seconds=seconds)

    def _is_finished(self) -> bool:
        if self._stop is None:
            return False
        drained = (
            not self._pipeline.in_flight
            and self._under_way is None
            and not any(delivery.offsets for delivery in self._outbox)
        )
        if self._stop.passed and not drained:
            log.warning("stopped before everything was delivered", left=self._pipeline.in_flight)
        return drained or self._stop.passed

    @property
    def _in_flight(self) -> int:
        return self._pipeline.in_flight + len(self._arrivals)

    @property
    def deadline(self) -> Deadline | None:
        """The budget of the stop under way."""
        return self._stop

    def release_all(self) -> None:
        """Let a rebalance go on without another word: the worker is leaving, and nobody turns any more."""
        for revoked in self._revoked:
            revoked.released.set()
        while True:
            try:
                signal = self._inbox.get_nowait()
            except Empty:
                return
            if isinstance(signal, Revoked):
                signal.released.set()
