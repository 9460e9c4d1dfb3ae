"""Where the state of offenders is kept: an interface of two tables, and the one that lives in memory."""

from collections.abc import Iterator
from typing import Protocol

from detector.offenders.panes import Pane, PaneId
from detector.offenders.standing import Standing


class Book(Protocol):
    """The panes and the standing of each offender, by `who` (`partner/P-7`).

    What was put is found again until it is dropped; dropping what is not there does nothing. Values are immutable: a
    book may hand out the very value it was given.
    """

    def standing(self, who: str) -> Standing | None:
        """None for an offender that is not known."""

    def put_standing(self, who: str, standing: Standing) -> None:
        """Takes the place of the one before."""

    def drop_standing(self, who: str) -> None:
        """Forget it."""

    def pane(self, who: str, pane: PaneId) -> Pane | None:
        """None for a pane that was never put, or was dropped."""

    def put_pane(self, who: str, pane: PaneId, content: Pane) -> None:
        """Takes the place of the one before."""

    def drop_pane(self, who: str, pane: PaneId) -> None:
        """Forget it."""

    def offenders(self) -> Iterator[str]:
        """Everyone with a standing, in no particular order."""


class MemoryBook:
    """A book in memory: for tests, files and trying rules out."""

    def __init__(self) -> None:
        self._standings: dict[str, Standing] = {}
        self._panes: dict[tuple[str, PaneId], Pane] = {}

    def standing(self, who: str) -> Standing | None:
        """See `Book`."""
        return self._standings.get(who)

    def put_standing(self, who: str, standing: Standing) -> None:
        """See `Book`."""
        self._standings[who] = standing

    def drop_standing(self, who: str) -> None:
        """See `Book`."""
        self._standings.pop(who, None)

    def pane(self, who: str, pane: PaneId) -> Pane | None:
        """See `Book`."""
        return self._panes.get((who, pane))

    def put_pane(self, who: str, pane: PaneId, content: Pane) -> None:
        """See `Book`."""
        self._panes[who, pane] = content

    def drop_pane(self, who: str, pane: PaneId) -> None:
        """See `Book`."""
        self._panes.pop((who, pane), None)

    def offenders(self) -> Iterator[str]:
        """See `Book`."""
        return iter(tuple(self._standings))
