"""Whether a violation makes an offender cross a rule, in whichever window holds it.

Windows last whole hours, so while the end of a window moves through one hour its start moves through one hour as well:
only these two are opened, and what lies between is read from the panes' sums.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence

from detector.offenders.history import History
from detector.offenders.panes import Pane
from detector.offenders.rules import Rule
from detector.offenders.times import hour_of


def first_crossing(history: History, rule: Rule, at_ms: int, silent_until_ms: int) -> int | None:
    """The earliest end of a window that holds a violation at `at_ms` and crosses the rule, in event time.

    A window ends at a violation, not before `silent_until_ms`. None if no such window crosses. With violations that
    come in order that is `at_ms` itself; a late one may fill a window that ends after it.
    """
    earliest, latest = max(at_ms, silent_until_ms), at_ms + rule.window_ms - 1
    hours = history.hours(hour_of(earliest), hour_of(latest))
    if not hours or earliest > history.standing.newest_ms:
        return None
    within = history.hours(hours[0] - rule.window_hours, hours[-1])
    if not _reached(rule, (pane for hour in reversed(within) for pane in history.panes(hour))):
        return None
    inner = _Inner(history, rule)
    for hour in hours:
        inner.move(hour)
        for end_ms in inner.crossings(hour):
            if earliest <= end_ms <= latest:
                return end_ms
    return None


def _reached(rule: Rule, panes: Iterable[Pane]) -> bool:
    """Whether all of these together would do: if not, no window among them does."""
    violations = 0
    listings: set[str] = set()
    for pane in panes:
        violations += pane.count
        listings |= pane.listings()
        if violations >= rule.violations and len(listings) >= rule.listings:
            return True
    return False


class _Inner:
    """The hours that lie inside every window that ends in one hour, and moves on with that hour."""

    def __init__(self, history: History, rule: Rule) -> None:
        self._history = history
        self._rule = rule
        self._start = 0
        self._hours: deque[int] = deque()
        self._violations = 0
        self._listings: dict[str, int] = {}  # to the latest of these hours that has it

    def move(self, hour: int) -> None:
        """To the windows that end in this hour, which is later than the one before."""
        known = self._hours[-1] if self._hours else -1
        self._start = max(hour - self._rule.window_hours, hour_of(self._history.standing.horizon_ms))
        for entering in self._history.hours(max(known, self._start) + 1, hour - 1):
            self._hours.append(entering)
            for pane in self._history.panes(entering):
                self._violations += pane.count
                self._listings.update(dict.fromkeys(pane.listings(), entering))
        while self._hours and self._hours[0] <= self._start:
            leaving = self._hours.popleft()
            for pane in self._history.panes(leaving):
                self._violations -= pane.count
                for listing in pane.listings():
                    if self._listings.get(listing) == leaving:
                        del self._listings[listing]

    def crossings(self, hour: int) -> Iterator[int]:
        """The times in this hour at which a window ends that crosses the rule."""
        edges = sorted({self._start, hour})
        if not self._may_cross(edges):
            return
        inside: Counter[str] = Counter()
        further = left = 0
        opened = [violation for edge in edges for violation in self._history.opened(edge)]
        for right, violation in enumerate(opened):
            inside[violation.listing] += 1
            further += inside[violation.listing] == 1 and violation.listing not in self._listings
            while opened[left].at_ms <= violation.at_ms - self._rule.window_ms:
                gone = opened[left].listing
                inside[gone] -= 1
                further -= inside[gone] == 0 and gone not in self._listings
                left += 1
            enough = self._violations + right - left + 1 >= self._rule.violations
            if enough and len(self._listings) + further >= self._rule.listings and hour_of(violation.at_ms) == hour:
                yield violation.at_ms

    def _may_cross(self, edges: Sequence[int]) -> bool:
        panes = [pane for edge in edges for pane in self._history.panes(edge)]
        if self._violations + sum(pane.count for pane in panes) < self._rule.violations:
            return False
        further = {listing for pane in panes for listing in pane.listings() if listing not in self._listings}
        return len(self._listings) + len(further) >= self._rule.listings
