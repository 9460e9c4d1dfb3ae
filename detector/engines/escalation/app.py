"""The Faust app: two agents, three tables, and the topic between them.

An event is handed to its stage and settled once the stage has returned. An error in a stage crashes the app: what failed
is read again by whoever comes next, and never skipped.
"""

from collections.abc import Awaitable, Callable
from functools import cached_property, partial
from typing import Any

import faust
import structlog
from faust.types import Message, StreamT, TopicT
from mode import CrashingSupervisor

from detector.clock import Clock
from detector.engines.escalation.book import Shelf, TableBook
from detector.engines.escalation.gauges import Gauges
from detector.engines.escalation.lanes import Lanes
from detector.engines.escalation.layout import PANES, STANDINGS, TRAILS, Layout, sightings_topic
from detector.engines.escalation.lookup import Lookup
from detector.engines.escalation.options import app_options
from detector.engines.escalation.pulse import Pulse
from detector.engines.escalation.stages import Considering, Following, Outgoing
from detector.engines.escalation.tables import PartitionedTable
from detector.engines.escalation.web import FaustGroup, QuietWeb, add_pages
from detector.engines.faust.app import record_of
from detector.engines.faust.settling import SettledConsumer, SettledTransport
from detector.engines.faust.valve import SteadyFlow
from detector.monitoring.escalation_metrics import EscalationMetrics
from detector.monitoring.health import Health
from detector.records import Record
from detector.settings import Settings

log = structlog.get_logger()

BEAT_SECONDS = 1.0


class EscalationApp(faust.App):
    """Counts repeat offenders until it is stopped."""

    def __init__(
        self,
        settings: Settings,
        layout: Layout,
        metrics: EscalationMetrics,
        health: Health,
        clock: Clock,
        frame: bytes = b"",
    ) -> None:
        super().__init__(settings.escalation_group, **app_options(settings))
        self.transport = SettledTransport(self.conf.broker_consumer, self)
        self.producer_transport = SettledTransport(self.conf.broker_producer, self)
        self._metrics, self._health, self._clock = metrics, health, clock
        sightings = sightings_topic(settings)
        self._inputs = {settings.verdict_topic, sightings}
        self._pulse = Pulse(clock, self.conf.broker_session_timeout - self.conf.broker_heartbeat_interval)
        self._assigned_at = clock.monotonic()
        self.trails = self._table(TRAILS, layout.verdicts)
        self.standings = self._table(STANDINGS, layout.sightings)
        self.panes = self._table(PANES, layout.sightings)
        self._gauges = Gauges(self, self._inputs, (self.trails, self.standings, self.panes), metrics)
        following = Following(partial(self._shelf, self.trails), sightings, self._send, metrics)
        considering = Considering(
            self.book, settings.escalation_topic, settings.escalation_policy, self._send, metrics, frame
        )
        self._add_agent("follow", self._raw_topic(settings.verdict_topic), following.take)
        self._add_agent("consider", self._raw_topic(sightings), considering.take)
        add_pages(self, Lookup(FaustGroup(self, sightings), self.book, layout.sightings, clock))
        self.on_partitions_assigned.connect(self._take_over)
        self.on_partitions_revoked.connect(self._hand_over)

    def book(self, partition: int) -> TableBook:
        """The offenders of one partition of the sightings."""
        return TableBook(self._shelf(self.standings, partition), self._shelf(self.panes, partition))

    async def on_start(self) -> None:
        """Beat from the first turn on."""
        await super().on_start()
        self._pulse.start()
        self.add_future(self._beat())

    def on_rebalance_start(self) -> None:
        """Faust calls this from its consumer's thread."""
        self._health.lost("tables")
        super().on_rebalance_start()

    def on_rebalance_end(self) -> None:
        """The tables are up to date, and events will be read again."""
        super().on_rebalance_end()
        seconds = self._clock.monotonic() - self._assigned_at
        self._metrics.recovered(seconds)
        self._health.achieved("tables")
        log.info("tables recovered", seconds=round(seconds, 3), entries=self._gauges.sizes())

    def _new_web(self) -> QuietWeb:
        return QuietWeb(self)

    @cached_property
    def flow_control(self) -> SteadyFlow:
        """See `SteadyFlow`."""
        return SteadyFlow()

    def _create_directories(self) -> None:
        """Faust would make a folder for stores on disk, of which there are none."""

    def _table(self, name: str, partitions: int) -> PartitionedTable:
        table = self.Table(name, partitions=partitions)
        assert isinstance(table, PartitionedTable)
        return table

    def _raw_topic(self, name: str) -> TopicT:
        return self.topic(
            name,
            key_type=bytes,
            value_type=bytes,
            key_serializer="raw",
            value_serializer="raw",
            allow_empty=True,
        )

    def _add_agent(self, name: str, topic: TopicT, take: Callable[[Record], Awaitable[None]]) -> None:
        lanes = Lanes(partial(self._take, take), self.add_future)

        async def run(stream: StreamT[Any]) -> None:
            assert isinstance(stream, faust.Stream)
            async for event in stream.noack().events():
                await lanes.put(event.message)

        self.agent(topic, name=name, supervisor_strategy=CrashingSupervisor)(run)

    async def _take(self, take: Callable[[Record], Awaitable[None]], message: Message) -> None:
        assert isinstance(self.consumer, SettledConsumer)
        if not self.flow_control.is_active() or message.generation_id != self.consumer_generation_id:
            self.consumer.drop(message)
        else:
            await take(record_of(message))
            self.consumer.settle(message)

    def _shelf(self, table: PartitionedTable, partition: int) -> Shelf:
        return Shelf(table.store, partial(self._log, table), partition)

    async def _send(self, outgoing: Outgoing) -> None:
        self._pulse.check()
        headers: Any = list(outgoing.headers)
        await self.producer.send_and_wait(outgoing.topic, outgoing.key, outgoing.value, None, None, headers)

    async def _log(self, table: PartitionedTable, partition: int, key: Any, value: Any) -> None:
        self._pulse.check()
        await table.send_changelog(partition, key, value, value_serializer="raw" if value is None else None)

    async def _beat(self) -> None:
        while not self.should_stop:
            self._pulse.beat()
            self._health.beat("loop")
            self._gauges.tell()
            await self.sleep(BEAT_SECONDS)

    async def _take_over(self, _app: Any, /, *args: Any, signal: Any, **_: Any) -> None:  # noqa: ARG002 - Faust calls so
        (assigned,) = args
        self._assigned_at = self._clock.monotonic()
        owned = sum(tp.topic in self._inputs for tp in assigned)
        self._metrics.rebalanced(owned)
        self._health.achieved("group")
        log.info("partitions assigned", owned=owned)

    async def _hand_over(self, _app: Any, /, *args: Any, signal: Any, **_: Any) -> None:  # noqa: ARG002 - Faust calls so
        (revoked,) = args
        if revoked:
            log.info("partitions revoked", count=sum(tp.topic in self._inputs for tp in revoked))
