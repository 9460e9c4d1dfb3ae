"""One run of the worker: wires the threads, waits for the cluster, and stops cleanly."""

from dataclasses import replace
from functools import partial
from queue import SimpleQueue
from threading import Event

import structlog
from confluent_kafka import Consumer, Producer

from detector.clock import Clock
from detector.engines.deadline import Deadline
from detector.engines.kafka.clients import consumer_config, producer_config, refusals_named
from detector.engines.kafka.cluster import ClientLog, wait_for_topics
from detector.engines.kafka.commits import PendingCommits
from detector.engines.kafka.coordinator import Coordinator
from detector.engines.kafka.reader import Reader
from detector.engines.kafka.signals import Signal, StopRequested
from detector.engines.kafka.sinks import AtLeastOnceSink, Sink, TransactionalSink
from detector.engines.kafka.stages import DeliveryWork, ScoringWork, Stage
from detector.engines.room import Room
from detector.monitoring.health import Health
from detector.observing import EngineObserver
from detector.outcomes import Destination
from detector.pipeline import Pipeline
from detector.scoring import Scorer
from detector.settings import Delivery, Settings

log = structlog.get_logger()

READERS = 2
"""Batches that the model reads at a time where it has threads enough. At 450 events a second on two cores p50 and p99 were
79 and 310 ms with two, 134 and 449 with one, and a backlog went a fifth faster (medians of four turns)."""
LEAVE_SECONDS = 3.0
"""What closing the consumer and joining the threads may take on top of the drain, out of the same budget if it lasts."""


class Run:
    """Consume, judge, write and commit until told to stop, with clients of its own. `run` may be called once.

    `frame` stands before the JSON of each verdict.
    """

    def __init__(
        self,
        settings: Settings,
        instance: str,
        scorer: Scorer,
        observer: EngineObserver,
        health: Health,
        clock: Clock,
        frame: bytes = b"",
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._health = health
        self._stopping = Event()
        self._asked_to_stop = Event()
        self._inbox: SimpleQueue[Signal] = SimpleQueue()
        tell = self._inbox.put
        room = Room(settings.in_flight_records, settings.in_flight_bytes)
        commits = PendingCommits()
        with refusals_named(settings):
            consumer = Consumer(consumer_config(settings), logger=ClientLog())
            sink = self._sink(instance, commits)
        topics = [settings.listing_topic, settings.booking_topic]
        self._reader = Reader(consumer, topics, room, commits, tell, clock, health, settings.revoke_seconds)
        policy = settings.pipeline_policy
        readers = min(READERS, policy.batch.lanes)
        self._scoring = ScoringWork(scorer, clock, health, tell, self._stopping, readers)
        self._delivering = DeliveryWork(sink, clock, health, tell, self._stopping)
        self._coordinator = Coordinator(
            self._inbox,
            Pipeline(scorer, replace(policy, verdict_frame=frame, readers=readers), clock, observer),
            self._reader,
            self._scoring,
            self._delivering,
            room,
            observer,
            clock,
            settings.shutdown_seconds,
            readers,
        )

    def run(self) -> None:
        """Work until `stop`; raises what this run must not outlive, after the threads were told to end.

        `Restart` is what a new run would mend, anything else must end the worker.
        """
        if not wait_for_topics(self._settings, self._asked_to_stop, partial(self._health.beat, "coordinator")):
            return
        stages = [
            Stage("reader", self._reader.run, self._inbox.put),
            *(Stage(name, loop, self._inbox.put) for name, loop in self._scoring.loops().items()),
            Stage("delivery", self._delivering.run, self._inbox.put),
        ]
        for stage in stages:
            stage.start()
        try:
            while self._coordinator.turn():
                self._health.beat("coordinator")
        finally:
            self._leave(stages)

    def stop(self) -> None:
        """Ask for a clean stop; asked twice, stop at once. Safe to call from a signal handler."""
        self._asked_to_stop.set()
        self._inbox.put(StopRequested())
        self._health.unready()

    def _leave(self, stages: list[Stage]) -> None:
        """End the threads; a consumer that is closed tells its group, so the partitions move on at once."""
        deadline = self._coordinator.deadline
        budget = Deadline(self._clock, max(LEAVE_SECONDS, deadline.remaining if deadline else 0.0))
        self._stopping.set()
        self._delivering.requests.put(None)
        self._scoring.end()
        self._reader.stop()
        while any(stage.is_alive() for stage in stages) and not budget.passed:
            self._coordinator.release_all()
            for stage in stages:
                stage.join(0.02)
        log.info("stopped", clean=not any(stage.is_alive() for stage in stages))

    def _sink(self, instance: str, commits: PendingCommits) -> Sink:
        settings = self._settings
        topics = {
            Destination.VERDICTS: settings.verdict_topic,
            Destination.DEAD_LETTERS: settings.dead_letter_topic,
        }
        config = producer_config(settings, instance)

        def make_producer() -> Producer:
            return Producer(config, logger=ClientLog())

        if settings.promise is Delivery.EXACTLY_ONCE:
            return TransactionalSink(
                make_producer,
                topics,
                self._stopping,
                partial(self._health.beat, "delivery"),
                self._clock,
                settings.transaction_timeout_seconds,
            )
        return AtLeastOnceSink(make_producer, topics, self._stopping, commits, self._clock)
