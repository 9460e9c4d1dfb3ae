"""One offender's violations as seen through windows of event time, read from as few opened panes as possible.

Windows are half-open, (start, end]: a violation exactly as old as the window is long is no longer in it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from detector.offenders.book import Book
from detector.offenders.panes import Pane, PaneId, Violation
from detector.offenders.standing import Standing
from detector.offenders.times import hour_of


@dataclass(slots=True)
class Tally:
    """What one window holds: `open` of the violations were not mended, `categories` counts violations that show it."""

    violations: int = 0
    open: int = 0
    listings: set[str] = field(default_factory=set, repr=False)
    categories: Counter[str] = field(default_factory=Counter)
    highest: float = 0.0
    first_ms: int = -1


class History:
    """Reads a book as it will be once `written` and `standing` are put into it."""

    def __init__(self, book: Book, who: str, standing: Standing, written: Mapping[PaneId, Pane] | None = None) -> None:
        self._book = book
        self._who = who
        self._written = written or {}
        self.standing = standing

    def hours(self, first: int, last: int) -> list[int]:
        """The hours from `first` to `last`, both included, in which anything happened; ascending."""
        return sorted(hour for hour in self.standing.panes if first <= hour <= last)

    def panes(self, hour: int) -> Iterator[Pane]:
        """The parts of one hour."""
        for part in range(self.standing.panes.get(hour, 0)):
            pane_id = PaneId(hour, part)
            pane = self._written.get(pane_id) or self._book.pane(self._who, pane_id)
            # A crash between the standing and the pane leaves one that is named and missing; its record comes again.
            if pane is not None:
                yield pane

    def violations(self, start_ms: int, end_ms: int) -> list[Violation]:
        """Opened: those in the window, by time."""
        start_ms = max(start_ms, self.standing.horizon_ms)
        found = [
            violation
            for hour in self.hours(hour_of(start_ms), hour_of(end_ms))
            for pane in self.panes(hour)
            for violation in pane.violations()
            if start_ms < violation.at_ms <= end_ms
        ]
        return sorted(found, key=lambda violation: (violation.at_ms, violation.verdict_id))

    def tally(self, start_ms: int, end_ms: int) -> Tally:
        """The sums of one window."""
        start_ms = max(start_ms, self.standing.horizon_ms)
        mended = self._mended_since(start_ms)
        tally = Tally()
        for hour in self.hours(hour_of(start_ms), hour_of(end_ms)):
            for pane in self.panes(hour):
                if start_ms < pane.first_ms and pane.last_ms <= end_ms:
                    _add_whole(tally, pane, mended)
                else:
                    inside = (each for each in pane.violations() if start_ms < each.at_ms <= end_ms)
                    _add_each(tally, inside, mended)
        return tally

    def _mended_since(self, start_ms: int) -> dict[str, int]:
        """Subject to its newest mending; one before the window closes nothing in it."""
        newest: dict[str, int] = {}
        for hour in self.hours(hour_of(start_ms), hour_of(self.standing.newest_ms)):
            for pane in self.panes(hour):
                for subject, at_ms in pane.mended.items():
                    newest[subject] = max(at_ms, newest.get(subject, -1))
        return newest


def _add_whole(tally: Tally, pane: Pane, mended: Mapping[str, int]) -> None:
    if any(mended.get(subject, -1) >= pane.first_ms for subject, _, _ in pane.places):
        _add_each(tally, pane.violations(), mended)
        return
    tally.violations += pane.count
    tally.open += pane.count
    tally.listings |= pane.listings()
    tally.categories.update(pane.categories)
    tally.highest = max(tally.highest, pane.highest)
    tally.first_ms = min(tally.first_ms, pane.first_ms) if tally.first_ms >= 0 else pane.first_ms


def _add_each(tally: Tally, violations: Iterator[Violation], mended: Mapping[str, int]) -> None:
    for violation in violations:
        tally.violations += 1
        tally.open += violation.at_ms > mended.get(violation.subject, -1)
        tally.listings.add(violation.listing)
        tally.categories.update(violation.categories)
        tally.highest = max(tally.highest, violation.score)
        tally.first_ms = min(tally.first_ms, violation.at_ms) if tally.first_ms >= 0 else violation.at_ms
