"""The book of offenders over Faust tables: read and changed in memory at once, then written to the changelogs in order."""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from detector.engines.escalation.tables import Entries, PartitionedStore
from detector.offenders import Pane, PaneId, Standing

Log = Callable[[int, Any, Any], Awaitable[object]]
"""Writes (partition, key, value) to a changelog and returns once the broker has confirmed it; None deletes."""


class Shelf:
    """One partition of one table. A change is made in two steps: in memory with `put`, in the changelog with `record`."""

    def __init__(self, store: PartitionedStore, log: Log, partition: int) -> None:
        self._store = store
        self._log = log
        self._partition = partition

    @property
    def entries(self) -> Entries:
        """What is there now, to be read."""
        return self._store.entries(self._partition)

    def put(self, key: Any, value: Any) -> None:
        """Change the entry in memory; None removes it."""
        if value is None:
            self.entries.pop(key, None)
        else:
            self.entries[key] = value

    async def record(self, key: Any, value: Any) -> None:
        """Returns once the change is in the changelog."""
        await self._log(self._partition, key, value)


class TableBook:
    """One partition of the tables of standings and panes; see `detector.offenders.Book`.

    After `Change.apply` await `settle`, which writes the changes to their changelogs one after the other, each
    confirmed before the next is sent: a crash in between leaves what `Change.apply` is prepared for.
    """

    def __init__(self, standings: Shelf, panes: Shelf) -> None:
        self._standings = standings
        self._panes = panes
        self._unsettled: deque[tuple[Shelf, Any, Any]] = deque()

    def standing(self, who: str) -> Standing | None:
        """See `Book`."""
        plain = self._standings.entries.get(who)
        return None if plain is None else Standing.from_plain(plain)

    def put_standing(self, who: str, standing: Standing) -> None:
        """See `Book`."""
        self._change(self._standings, who, standing.to_plain())

    def drop_standing(self, who: str) -> None:
        """See `Book`."""
        self._change(self._standings, who, None)

    def pane(self, who: str, pane: PaneId) -> Pane | None:
        """See `Book`."""
        plain = self._panes.entries.get((who, *pane))
        return None if plain is None else Pane.from_plain(plain)

    def put_pane(self, who: str, pane: PaneId, content: Pane) -> None:
        """See `Book`."""
        self._change(self._panes, (who, *pane), content.to_plain())

    def drop_pane(self, who: str, pane: PaneId) -> None:
        """See `Book`."""
        self._change(self._panes, (who, *pane), None)

    def offenders(self) -> Iterator[str]:
        """See `Book`."""
        return iter(tuple(self._standings.entries))

    async def settle(self) -> None:
        """Returns once all changes are in the changelogs."""
        while self._unsettled:
            shelf, key, value = self._unsettled[0]
            await shelf.record(key, value)
            self._unsettled.popleft()

    def _change(self, shelf: Shelf, key: Any, value: Any) -> None:
        shelf.put(key, value)
        self._unsettled.append((shelf, key, value))
