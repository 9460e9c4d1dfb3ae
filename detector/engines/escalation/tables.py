"""Faust tables in memory that know which partition each entry belongs to.

Faust's own store in memory forgets that for what an agent wrote: entries of a partition that moved away stay, and are
taken for true when it comes back. It also reads a changelog from its start whenever a partition is taken over, warm
copy or not. This one drops what moved away and says how far it has come, so that a rebalance and the promotion of a
standby read the rest only.
"""

from collections.abc import Callable, Iterable
from typing import Any

import faust
from faust.stores import memory
from faust.types import TP, EventT

Entries = dict[Any, Any]

FROM_THE_START = -1


class PartitionedStore(memory.Store[Any, Any]):
    """Entries by partition, of those partitions that this process follows: as their owner, or as a standby."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._entries: dict[int, Entries] = {}
        self._offsets: dict[int, int] = {}
        self._generation = 0

    def entries(self, partition: int) -> Entries:
        """Key to value; what is changed here has to be written to the changelog, too."""
        return self._entries.setdefault(partition, {})

    def size(self, partitions: Iterable[int]) -> int:
        """Entries of these partitions."""
        return sum(len(self._entries.get(partition, ())) for partition in partitions)

    def apply_changelog_batch(
        self, batch: Iterable[EventT[Any]], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """What was read from the changelog; a null value is a deletion."""
        changelog = self.table.changelog_topic.get_topic_name()
        for event in batch:
            message = event.message
            if message.topic != changelog:
                # Faust hands an event that comes late in a rebalance to whichever table came before.
                continue
            entries = self.entries(message.partition)
            if message.value is None:
                entries.pop(to_key(event.key), None)
            else:
                entries[to_key(event.key)] = to_value(event.value)
            self._advance(message.partition, message.offset)

    def persisted_offset(self, tp: TP) -> int:
        """The newest changelog record that the entries contain; never None, which Faust takes for "where I was"."""
        return self._offsets.get(tp.partition, FROM_THE_START)

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Faust says that a change of ours is in the changelog."""
        if tp.partition in self._entries:
            self._advance(tp.partition, offset)

    async def on_rebalance(
        self,
        assigned: set[TP],
        revoked: set[TP],  # noqa: ARG002 - the interface is Faust's
        newly_assigned: set[TP],  # noqa: ARG002 - the same
        generation_id: int = 0,
    ) -> None:
        """Keep what this process follows on; nothing if others may have written in the meantime.

        A process that takes part in every rebalance sees consecutive generations. If one is missing it may have been
        thrown out of the group, and another have owned its partitions.
        """
        kept = set()
        if generation_id == self._generation + 1:
            kept = {tp.partition for tp in assigned if tp.topic == self.table.changelog_topic.get_topic_name()}
        self._generation = generation_id
        for partition in self._entries.keys() - kept:
            del self._entries[partition]
        for partition in self._offsets.keys() - kept:
            del self._offsets[partition]

    async def on_recovery_completed(self, active_tps: set[TP], standby_tps: set[TP]) -> None:
        """Nothing to clear away: `on_rebalance` has."""

    def _advance(self, partition: int, offset: int) -> None:
        self._offsets[partition] = max(offset, self._offsets.get(partition, FROM_THE_START))


class PartitionedTable(faust.Table[Any, Any]):
    """A table over that store."""

    def _new_store(self) -> PartitionedStore:
        return PartitionedStore(
            "memory://",
            self.app,
            self,
            table_name=self.name,
            key_type=self.key_type,
            key_serializer=self.key_serializer,
            value_serializer=self.value_serializer,
            value_type=self.value_type,
            options=self.options,
        )

    @property
    def store(self) -> PartitionedStore:
        """The entries."""
        assert isinstance(self.data, PartitionedStore)
        return self.data
