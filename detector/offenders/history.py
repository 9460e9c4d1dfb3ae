"""One offender's violations as seen through windows of event time, read from as few opened panes as possible.

Windows are half-open, (start, end]: a violation exactly as old as the window is long is no longer in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from detector.offenders.book import Book
from detector.offenders.panes import Pane, PaneId, Violation
from detector.offenders.standing import Standing
from detector.offenders.times import hour_of


@dataclass(slots=True)
class Tally:
    """What one window holds: `open` of the violations were not mended, `categories` counts violations that show each.

    `listings` are the distinct ones in the order they were added; `first_ms` is -1 without violations.
    """

    violations: int = 0
    open: int = 0
    listings: dict[str, None] = field(default_factory=dict, repr=False)
    categories: Counter[str] = field(default_factory=Counter)
    highest: float = 0.0
    first_ms: int = -1

    def add_whole(self, pane: Pane) -> None:
        """All of a pane, none of it mended, from its sums."""
        self.violations += pane.count
        self.open += pane.count
        self.listings.update(dict.fromkeys(listing for _, listing in pane.places))
        self.categories.update(pane.categories)
        self._reach(pane.first_ms, pane.highest)

    def add_each(self, violations: Iterable[Violation], mended: Mapping[str, int]) -> None:
        """Opened violations; `mended` maps a subject to its newest mending."""
        for violation in violations:
            self.violations += 1
            self.open += violation.at_ms > mended.get(violation.subject, -1)
            self.listings[violation.listing] = None
            self.categories.update(violation.categories)
            self._reach(violation.at_ms, violation.score)

    def _reach(self, first_ms: int, highest: float) -> None:
        self.highest = max(self.highest, highest)
        self.first_ms = first_ms if self.first_ms < 0 else min(self.first_ms, first_ms)


class History:
    """Reads a book as it will be once `standing` and the entered pane are put into it."""

    def __init__(self, book: Book, who: str, standing: Standing, entered: tuple[PaneId, Pane] | None = None) -> None:
        self._book = book
        self._who = who
        self._entered = dict([entered] if entered else [])
        self.standing = standing

    def hours(self, first: int, last: int) -> list[int]:
        """The hours from `first` to `last`, both included, in which anything happened; ascending."""
        return sorted(hour for hour in self.standing.panes if first <= hour <= last)

    def panes(self, hour: int) -> Iterator[Pane]:
        """The parts of one hour."""
        for part in range(self.standing.panes.get(hour, 0)):
            pane_id = PaneId(hour, part)
            pane = self._entered.get(pane_id) or self._book.pane(self._who, pane_id)
            # A crash between the standing and the pane leaves one that is named and missing; its record comes again.
            if pane is not None:
                yield pane

    def opened(self, hour: int) -> list[Violation]:
        """The violations of one hour by time, without those that are no longer kept."""
        horizon_ms = self.standing.horizon_ms
        kept = (each for pane in self.panes(hour) for each in pane.violations() if each.at_ms > horizon_ms)
        return sorted(kept, key=lambda each: (each.at_ms, each.verdict_id))

    def newest(self, start_ms: int, end_ms: int, most: int) -> list[Violation]:
        """So many of the window's violations, the newest first."""
        found: list[Violation] = []
        for hour in reversed(self.hours(hour_of(start_ms), hour_of(end_ms))):
            found += (each for each in reversed(self.opened(hour)) if start_ms < each.at_ms <= end_ms)
            if len(found) >= most:
                break
        return found[:most]

    def tally(self, start_ms: int, end_ms: int) -> Tally:
        """The sums of one window."""
        start_ms = max(start_ms, self.standing.horizon_ms)
        mended = self._mended_since(start_ms)
        tally = Tally()
        for hour in reversed(self.hours(hour_of(start_ms), hour_of(end_ms))):
            for pane in self.panes(hour):
                if start_ms < pane.first_ms and pane.last_ms <= end_ms and not _has_mended(pane, mended):
                    tally.add_whole(pane)
                else:
                    tally.add_each((each for each in pane.violations() if start_ms < each.at_ms <= end_ms), mended)
        return tally

    def _mended_since(self, start_ms: int) -> dict[str, int]:
        """Subject to its newest mending; one before the window closes nothing in it."""
        newest: dict[str, int] = {}
        for hour in self.hours(hour_of(start_ms), hour_of(self.standing.newest_ms)):
            for pane in self.panes(hour):
                for subject, at_ms in pane.mended.items():
                    newest[subject] = max(at_ms, newest.get(subject, -1))
        return newest


def _has_mended(pane: Pane, mended: Mapping[str, int]) -> bool:
    """Whether any of its violations may be closed, so that it has to be opened to be sure."""
    return bool(mended) and any(mended.get(subject, -1) >= pane.first_ms for subject, _ in pane.places)
