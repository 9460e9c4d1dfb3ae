"""The worker: wires the threads, waits for the cluster, and stops cleanly."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from queue import SimpleQueue
from threading import Event
from types import FrameType

import structlog
from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from detector.clock import Clock
from detector.engines.deadline import Deadline
from detector.engines.kafka.clients import common_config, consumer_config, producer_config, refusals_named
from detector.engines.kafka.commits import PendingCommits
from detector.engines.kafka.coordinator import Coordinator
from detector.engines.kafka.failures import stop_reason
from detector.engines.kafka.reader import Reader
from detector.engines.kafka.signals import Signal, StopRequested
from detector.engines.kafka.sinks import AtLeastOnceSink, Sink, TransactionalSink
from detector.engines.kafka.stages import DeliveryWork, ScoringWork, Stage
from detector.engines.room import Room
from detector.errors import Misconfigured
from detector.monitoring.health import Health
from detector.observing import EngineObserver
from detector.outcomes import Destination
from detector.pipeline import Pipeline
from detector.scoring import Scorer
from detector.settings import Delivery, Settings

log = structlog.get_logger()

METADATA_SECONDS = 5.0
LEAVE_SECONDS = 3.0
"""What closing the consumer and joining the threads may take on top of the drain, out of the same budget if it lasts."""


class KafkaWorker:
    """Consume, judge, write and commit until told to stop. One per process."""

    def __init__(
        self,
        settings: Settings,
        instance: str,
        scorer: Scorer,
        observer: EngineObserver,
        health: Health,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._health = health
        self._stopping = Event()
        self._stop_requests = 0
        self._inbox: SimpleQueue[Signal] = SimpleQueue()
        tell = self._inbox.put
        room = Room(settings.in_flight_records, settings.in_flight_bytes)
        commits = PendingCommits()
        with refusals_named(settings):
            consumer = Consumer(consumer_config(settings), logger=_ClientLog())
            sink = self._sink(instance, commits)
        topics = [settings.listing_topic, settings.booking_topic]
        self._reader = Reader(consumer, topics, room, commits, tell, clock, health, settings.revoke_seconds)
        self._scoring = ScoringWork(scorer, clock, health, tell, self._stopping)
        self._delivering = DeliveryWork(sink, clock, health, tell, self._stopping)
        self._coordinator = Coordinator(
            self._inbox,
            Pipeline(scorer, settings.pipeline_policy, clock, observer),
            self._reader,
            self._scoring,
            self._delivering,
            room,
            observer,
            clock,
            settings.shutdown_seconds,
        )

    def run(self) -> None:
        """Work until `stop`; raises what the worker must not outlive, after the threads were told to end."""
        if not self._wait_for_cluster():
            return
        stages = [
            Stage("reader", self._reader.run, self._inbox.put),
            Stage("scoring", self._scoring.run, self._inbox.put),
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
        self._stop_requests += 1
        self._inbox.put(StopRequested())
        self._health.unready()

    def _leave(self, stages: list[Stage]) -> None:
        """End the threads; a consumer that is closed tells its group, so the partitions move on at once."""
        deadline = self._coordinator.deadline
        budget = Deadline(self._clock, max(LEAVE_SECONDS, deadline.remaining if deadline else 0.0))
        self._stopping.set()
        self._delivering.requests.put(None)
        self._scoring.requests.put(None)
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
            return Producer(config, logger=_ClientLog())

        if settings.delivery is Delivery.EXACTLY_ONCE:
            return TransactionalSink(make_producer, topics, self._stopping, partial(self._health.beat, "delivery"))
        return AtLeastOnceSink(make_producer, topics, self._stopping, commits)

    def _wait_for_cluster(self) -> bool:
        """Wait until the cluster answers; False if asked to stop first. Missing topics are an error of the setup."""
        settings = self._settings
        wanted = {
            settings.listing_topic,
            settings.booking_topic,
            settings.verdict_topic,
            settings.dead_letter_topic,
        }
        client = AdminClient(common_config(settings), logger=_ClientLog())
        while not self._stop_requests:
            self._health.beat("coordinator")
            try:
                known = client.list_topics(timeout=METADATA_SECONDS).topics
            except KafkaException as error:
                if (reason := stop_reason(error.args[0])) is not None:
                    raise reason from None
                log.warning("cluster not reachable yet", cause=error.args[0].name())
                self._stopping.wait(0.2)
                continue
            if missing := wanted - set(known):
                raise Misconfigured(
                    f"topics {', '.join(sorted(missing))} do not exist on the cluster: `detector topics create` makes them."
                )
            return True
        return False


class _ClientLog:
    """librdkafka's own log lines, passed on as structured ones. They speak of connections and groups, never of texts."""

    def log(self, level: int, message: str, *args: object) -> None:
        """What confluent-kafka calls; `level` is one of Python's logging levels."""
        log.log(level, "kafka client", detail=message % args if args else message)

    def handle(self, _record: object) -> None:
        """Part of the interface that confluent-kafka may look for."""


@contextmanager
def stop_on_signals(stop: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT call `stop` while the block runs; only in the main thread."""

    def handler(_number: int, _frame: FrameType | None) -> None:
        stop()

    previous = {number: signal.signal(number, handler) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, earlier in previous.items():
            signal.signal(number, earlier)
