"""Faust's Kafka driver, committing what an app has settled and nothing else.

Faust commits runs of acknowledged offsets. It takes an event that it dropped in a rebalance for acknowledged, may step
over one that is still at work (its issue 606), and stops committing for good where the first offsets of a partition are
missing, as they are in a compacted or transactional topic. Our apps settle strictly in order, so the highest offset
settled says it all - provided that no event was lost on its way from the fetch to the app, which is checked.
"""

from collections.abc import Collection, Iterator
from typing import Any

from faust.transport.consumer import RecordMap
from faust.types import TP, Message
from mode.threads import WorkerThread

from detector.engines.faust.transport import CommittedConsumer, CommittedThread, CommittedTransport
from detector.errors import Restart


class Chain:
    """Which offset was fetched before which, told by the consumer's thread, where alone that is certain.

    Between two offsets there may be a hole in the topic; an event that was fetched and never settled is none. Where
    fetching steps back, as it does to the committed offset at the end of a rebalance, a new chain begins.
    """

    def __init__(self) -> None:
        self._newest: dict[TP, tuple[int, int]] = {}
        self._before: dict[tuple[TP, int], int] = {}

    def fetched(self, generation: int, tp: TP, offset: int) -> None:
        """The next record of a partition, in this generation of the group."""
        known, newest = self._newest.get(tp, (generation, offset))
        if known == generation and newest < offset:
            self._before[tp, offset] = newest
        else:
            self._before.pop((tp, offset), None)
        self._newest[tp] = generation, offset

    def before(self, tp: TP, offset: int) -> int | None:
        """The offset fetched before this one, asked for once; None for the first of a chain."""
        return self._before.pop((tp, offset), None)

    def forget(self) -> None:
        """What was fetched so far is no longer ours."""
        self._before.clear()


class Wanted:
    """The partitions to fetch from, at any moment; true although there may be none.

    aiokafka takes an empty set for "all". Faust's set is empty for a moment when tables are recovered and streams not yet
    resumed; what was fetched then is dropped, and read again only where something had been committed.
    """

    def __init__(self, partitions: Collection[TP]) -> None:
        self._partitions = partitions

    def __contains__(self, tp: object) -> bool:
        return tp in self._partitions


class _ChainedThread(CommittedThread):
    consumer: "SettledConsumer"

    async def _fetch_records(self, consumer: Any, active_partitions: Any, *args: Any, **kwargs: Any) -> RecordMap:
        records = await super()._fetch_records(consumer, Wanted(active_partitions), *args, **kwargs)  # type: ignore[arg-type]
        for tp, batch in records.items():
            if self.app.topics.acks_enabled_for(tp.topic):
                for record in batch:
                    self.consumer.chain.fetched(self.app.consumer_generation_id, TP(*tp), record.offset)
        return records


class _EndingThread(WorkerThread):
    """A consumer's thread that hangs on a dead broker must not keep the process alive."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.daemon = True


class SettledConsumer(CommittedConsumer):
    """Commits, for each partition, up to the newest event that was settled in the present generation."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.chain = Chain()
        self._settled: dict[TP, int] = {}
        super().__init__(*args, **kwargs)

    def settle(self, message: Message) -> None:
        """An event is done with, as are all before it in its partition. Raises `Restart` if one of those never came."""
        if message.generation_id == self.app.consumer_generation_id:
            before = self.chain.before(message.tp, message.offset)
            if before is not None and self._settled.get(message.tp, 0) <= before:
                raise Restart(
                    f"Faust lost an event of {message.topic}/{message.partition} before offset {message.offset}: start "
                    "again, it goes on where it had committed."
                )
            self._settled[message.tp] = message.offset + 1
        self.drop(message)

    def drop(self, message: Message) -> None:
        """An event will not be worked at: whoever owns its partition next reads it again."""
        # Faust's own book, of what it waits for before it gives partitions up. Nothing is committed by it.
        message.ack(self)

    def next_offset(self, tp: TP) -> int | None:
        """What would be committed of a partition; None if nothing is known of it."""
        committed: int | None = self._committed_offset[tp]
        return self._settled.get(tp, committed)

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Faust waits here for what is at work, and commits; then nothing is ours to commit any more."""
        await super().on_partitions_revoked(revoked)
        self._settled.clear()
        self.chain.forget()

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        return (tp for tp in tuple(self._settled) if topics is None or tp in topics or tp.topic in topics)

    def _new_offset(self, tp: TP) -> int | None:
        self._acked.pop(tp, None)
        self._acked_index.pop(tp, None)
        return self._settled.get(tp)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """A hole between offsets needs no book."""

    def _new_consumer_thread(self) -> _ChainedThread:
        return _ChainedThread(self, loop=self.loop, beacon=self.beacon, Worker=_EndingThread)


class SettledTransport(CommittedTransport):
    """See the module."""

    Consumer = SettledConsumer
