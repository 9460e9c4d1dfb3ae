"""The Faust app: an agent for each input topic, the flow between them and the output topics.

`detector worker --engine faust` runs it; so does `faust -A detector.engines.faust.app worker`, for teams that run
Faust's own command. Settings come from the environment there, as with the detector's command.
"""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import faust
import structlog
from faust.events import Event as FaustEvent
from faust.types import TP, Message, StreamT
from mode import CrashingSupervisor

from detector.clock import Clock
from detector.engines.deadline import Deadline
from detector.engines.faust.connection import faust_options
from detector.engines.faust.flow import Flow
from detector.engines.faust.logs import LOGGING
from detector.engines.faust.settling import SettledConsumer, SettledTransport
from detector.engines.faust.valve import SteadyFlow
from detector.engines.faust.writing import Writer
from detector.engines.room import Room
from detector.monitoring.health import Health
from detector.observing import EngineObserver
from detector.outcomes import Destination
from detector.pipeline import Pipeline
from detector.records import Partition, Position, Record
from detector.scoring import Scorer
from detector.settings import Settings

log = structlog.get_logger()

COMMIT_SECONDS = 0.5
"""How often Faust commits what was acknowledged: what a killed worker judges again."""
LAG_SECONDS = 2.0
MAX_REQUEST_BYTES = 64 * 1024 * 1024
"""Lets a dead letter through that is as large as its topic allows; the broker draws that line."""
BUFFERED_EVENTS = 500
"""What Faust holds of each topic before the flow takes it."""


class DetectorApp(faust.App):
    """A Faust app that judges. It is told with `equip` what to judge with: before it starts, or by `at_first_start`."""

    def __init__(
        self, settings: Settings, clock: Clock, at_first_start: Callable[["DetectorApp"], None] | None = None
    ) -> None:
        super().__init__(settings.group, **_app_options(settings))
        self.settings = settings
        self.clock = clock
        self.fetch_wait_ms = _fetch_wait_ms(settings)
        self.transport = SettledTransport(self.conf.broker_consumer, self)
        self.producer_transport = SettledTransport(self.conf.broker_producer, self)
        self.shutdown_seconds = settings.shutdown_seconds
        self._at_first_start = at_first_start
        self._flow: Flow | None = None
        self._health: Health | None = None
        self._observer: EngineObserver | None = None
        self.on_partitions_assigned.connect(self._take_over)
        self.on_partitions_revoked.connect(self._hand_over)
        for topic in (settings.listing_topic, settings.booking_topic):
            self._add_agent(topic)

    def equip(self, scorer: Scorer, observer: EngineObserver, health: Health, frame: bytes = b"") -> None:
        """What to judge with, whom to tell, what stands before a verdict's JSON; called once, before the app starts."""
        settings = self.settings
        topics = {
            Destination.VERDICTS: settings.verdict_topic,
            Destination.DEAD_LETTERS: settings.dead_letter_topic,
        }
        self._health, self._observer = health, observer
        self._flow = Flow(
            scorer,
            Pipeline(scorer, replace(settings.pipeline_policy, verdict_frame=frame), self.clock, observer),
            Writer(lambda: self.producer, topics),
            Room(settings.in_flight_records, settings.in_flight_bytes),
            observer,
            health,
            self.clock,
        )

    @cached_property
    def flow_control(self) -> SteadyFlow:
        """See `SteadyFlow`."""
        return SteadyFlow()

    @property
    def flow(self) -> Flow:
        """The pipeline at work."""
        assert self._flow is not None, "equip the app before it starts"
        return self._flow

    async def on_first_start(self) -> None:
        """Once in this process."""
        if self._at_first_start is not None:
            self._at_first_start(self)
        await super().on_first_start()

    async def on_start(self) -> None:
        """Start the flow before the first record comes."""
        await super().on_start()
        self.add_future(self._run_flow())
        self.add_future(self._tell_lag())

    async def drain(self, seconds: float) -> bool:
        """Admit nothing more, end what is in flight within so many seconds, commit; says whether all was done."""
        log.info("stopping", budget_seconds=seconds)
        done = await self.flow.hand_over(Deadline(self.clock, seconds))
        await self.consumer.commit()
        return done

    async def on_stop(self) -> None:
        """Faust is told to stop: drain first."""
        if self._flow is not None and not self._crashed.is_set() and self.shutdown_seconds:
            await self.drain(self.shutdown_seconds)
        await super().on_stop()

    def _crash(self, reason: BaseException) -> None:
        """Keep the first reason: what breaks after it breaks because of it."""
        super()._crash(reason if self.crash_reason is None else self.crash_reason)

    def _add_agent(self, topic: str) -> None:
        channel = self.topic(
            topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw", internal=False
        )

        async def judge(stream: StreamT[Any]) -> None:
            assert isinstance(stream, faust.Stream)
            async for event in self._unacknowledged(stream):
                await self._admit(event.message)

        self.agent(channel, name=f"judge-{topic}", supervisor_strategy=CrashingSupervisor)(judge)

    async def _admit(self, message: Message) -> None:
        consumer = self.consumer
        assert isinstance(consumer, SettledConsumer)
        if message.generation_id == self.consumer_generation_id:
            await self.flow.admit(self._record(message), partial(consumer.settle, message))
        else:
            # From before a rebalance: it would be settled for nobody, and is read again anyway.
            consumer.drop(message)

    async def _unacknowledged(self, stream: faust.Stream[Any]) -> AsyncIterator[FaustEvent]:
        """Events as they come; `noack_take` would hand over the same ones, each with a round of its buffer."""
        take, within = self.settings.faust_take, self.settings.faust_within_ms / 1000
        if take == 1:
            async for event in stream.noack().events():
                assert isinstance(event, FaustEvent)
                yield event
            return
        taken: AsyncIterator[Sequence[FaustEvent]] = stream.noack_take(take, within=within)
        async for events in taken:
            for event in events:
                yield event

    def _record(self, message: Message) -> Record:
        start = self.clock.monotonic()
        record = record_of(message)
        if self._observer is not None:
            self._observer.busy("read", self.clock.monotonic() - start)
        return record

    async def _run_flow(self) -> None:
        try:
            await self.flow.run()
        except Exception as error:  # noqa: BLE001 - whatever it was, the app must not go on without its flow
            await self.crash(error)

    async def _tell_lag(self) -> None:
        assert self._observer is not None
        while not self.should_stop:
            await self.sleep(LAG_SECONDS)
            owned = {TP(*partition) for partition in self.flow.next_offsets} & self.consumer.assignment()
            ends = {Partition(*tp): self.consumer.highwater(tp) for tp in owned}
            self._observer.lagging(
                self.flow.lag({partition: end for partition, end in ends.items() if end is not None})
            )

    async def _take_over(self, _app: Any, /, *args: Any, signal: Any, **_: Any) -> None:  # noqa: ARG002 - Faust calls so
        (assigned,) = args
        assert self._health is not None
        owned = [tp for tp in assigned if tp.topic in (self.settings.listing_topic, self.settings.booking_topic)]
        self.flow.reopen(len(owned))
        self._health.achieved("group")
        log.info("partitions assigned", new=len(owned), owned=len(owned))

    async def _hand_over(self, _app: Any, /, *args: Any, signal: Any, **_: Any) -> None:  # noqa: ARG002 - Faust calls so
        (revoked,) = args
        assert self._health is not None
        self._health.lost("group")
        if revoked:
            log.info("partitions revoked", count=len(revoked), lost=False)
        await self.flow.hand_over(Deadline(self.clock, self.settings.revoke_seconds))
        await self.consumer.commit()


def record_of(message: Message) -> Record:
    """A message as the core sees it."""
    written = message.timestamp
    headers: Any = message.headers or ()
    return Record(
        position=Position(Partition(message.topic, message.partition), message.offset),
        key=message.key,
        value=message.value,
        headers=tuple(headers.items() if isinstance(headers, dict) else headers),
        timestamp_ms=None if written is None or written < 0 else round(written * 1000),
    )


def _app_options(settings: Settings) -> dict[str, Any]:
    return {
        **faust_options(settings),
        "broker_commit_interval": COMMIT_SECONDS,
        "producer_max_request_size": MAX_REQUEST_BYTES,
        "stream_buffer_maxsize": BUFFERED_EVENTS,
        # Faust would wait without end for what is in flight; `_hand_over` waits with a bound.
        "stream_wait_empty": False,
        "table_standby_replicas": 0,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "autodiscover": False,
        "web_enabled": False,
        "datadir": Path(tempfile.gettempdir()) / "detector-faust",
        "logging_config": LOGGING,
        "worker_redirect_stdouts": False,
    }


def _fetch_wait_ms(settings: Settings) -> int:
    given = settings.kafka.get("fetch.wait.max.ms")
    return 100 if given is None else int(given.get_secret_value())
