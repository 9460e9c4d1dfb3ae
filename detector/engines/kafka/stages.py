"""The threads that run the model and write the outcomes."""

from collections.abc import Callable, Mapping
from functools import partial
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any, NamedTuple

import structlog

from detector.clock import Clock
from detector.engines.kafka.signals import Crashed, Delivered, Refused, Scored, Signal
from detector.engines.kafka.sinks import Sink
from detector.engines.patience import patiently
from detector.errors import Retry
from detector.monitoring.health import Health
from detector.outcomes import Delivery
from detector.pipeline import Batch
from detector.scoring import Scorer, score_each

log = structlog.get_logger()

Tell = Callable[[Signal], None]


class Stage(Thread):
    """A thread whose death is told to the coordinator, never swallowed."""

    def __init__(self, name: str, work: Callable[[], None], tell: Tell) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._tell = tell

    def run(self) -> None:
        """Work until done or dead."""
        try:
            self._work()
        except BaseException as error:  # noqa: BLE001 - whatever it was, the coordinator must hear of it
            self._tell(Crashed(self.name, error))


class ScoringWork:
    """Runs the model on batches; a failure that may pass is tried again until the worker stops.

    Each of `readers` threads runs one of `loops` and takes the next batch: what few windows of a batch reach the model's
    last layers leave processors free, which another batch has then.
    """

    def __init__(
        self, scorer: Scorer, clock: Clock, health: Health, tell: Tell, stopping: Event, readers: int = 1
    ) -> None:
        self.requests: SimpleQueue[Batch | None] = SimpleQueue()
        self._readers = readers
        self._scorer = scorer
        self._clock = clock
        self._health = health
        self._tell = tell
        self._retrying = patiently(stopping)

    def loops(self) -> Mapping[str, Callable[[], None]]:
        """What each thread is to run, by its name: by that, one that hangs is seen beside one that turns."""
        names = ["scoring", *(f"scoring-{number}" for number in range(2, self._readers + 1))]
        return {name: partial(self._serve, name) for name in names}

    def end(self) -> None:
        """Let every loop return once the requests before this are served."""
        for _ in range(self._readers):
            self.requests.put(None)

    def _serve(self, name: str) -> None:
        while (batch := self.requests.get()) is not None:
            self._health.beat(name)
            start = self._clock.monotonic()
            results = self._retrying(score_each, self._scorer, batch.windows)
            self._health.rest(name)
            self._tell(Scored(batch, results, self._clock.monotonic() - start))


class Order(NamedTuple):
    """What to deliver, under which generation of the consumer group."""

    delivery: Delivery
    group: Any


class DeliveryWork:
    """Writes one delivery after the other.

    What was rolled back goes back to the coordinator, which knows what is still this worker's; rollbacks in a row are
    slowed down.
    """

    def __init__(self, sink: Sink, clock: Clock, health: Health, tell: Tell, stopping: Event) -> None:
        self.requests: SimpleQueue[Order | None] = SimpleQueue()
        self._sink = sink
        self._clock = clock
        self._health = health
        self._tell = tell
        self._stopping = stopping

    def run(self) -> None:
        """Serve orders until None comes."""
        self._sink.open()
        self._health.rest("delivery")
        refusals = 0
        while (order := self.requests.get()) is not None:
            self._health.beat("delivery")
            refusals = 0 if self._serve(order) else refusals + 1
            self._health.rest("delivery")
            if refusals:
                self._stopping.wait(min(0.01 * 2 ** min(refusals, 8), 2.0))

    def _serve(self, order: Order) -> bool:
        start = self._clock.monotonic()
        try:
            self._sink.deliver(order.delivery, order.group)
        except Retry as error:
            log.warning("delivery rolled back", cause=str(error), outcomes=len(order.delivery.outcomes))
            self._tell(Refused(order.delivery, self._clock.monotonic() - start))
            return False
        self._tell(Delivered(order.delivery, self._clock.monotonic() - start))
        return True
