"""Second stage, by offender: what one sighting changes, and what has to be told because of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from detector.offenders.book import Book
from detector.offenders.crossing import first_crossing
from detector.offenders.escalation import Escalation, escalation_of
from detector.offenders.history import History
from detector.offenders.panes import Pane, PaneId
from detector.offenders.rules import EscalationPolicy
from detector.offenders.sighting import Sighting
from detector.offenders.standing import Report, Standing
from detector.offenders.times import KEPT_MS, hour_of, milliseconds


class Effect(StrEnum):
    """What became of a sighting: a closed set, so that it can be a metric label."""

    COUNTED = "counted"
    MENDED = "mended"
    REPEATED = "repeated"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Change:
    """What follows from a sighting. Send the escalations; once they are delivered, `apply`; then acknowledge.

    Without a new standing there is nothing to apply. A crash before the acknowledgement brings the sighting again. If
    that was before `apply`, the same escalations come again under the same ids; if it was after, it is `REPEATED`.
    """

    who: str = field(repr=False)
    effect: Effect
    escalations: tuple[Escalation, ...] = ()
    standing: Standing | None = None
    entered: tuple[PaneId, Pane] | None = None
    dropped: tuple[PaneId, ...] = ()

    def apply(self, book: Book) -> None:
        """Write it down, in the order in which a crash between two writes does no harm.

        A dropped pane that is still named is read as empty. With the standing first the rule is silent before the
        violation is counted; a violation counted first would be a repeat, and its report never remembered.
        """
        for pane in self.dropped:
            book.drop_pane(self.who, pane)
        if self.standing is not None and self.standing.is_empty:
            book.drop_standing(self.who)
        elif self.standing is not None:
            book.put_standing(self.who, self.standing)
        if self.entered is not None:
            book.put_pane(self.who, *self.entered)


def consider(book: Book, sighting: Sighting, policy: EscalationPolicy) -> Change:
    """Reads the book and writes nothing. A verdict id counts once; what is older than 30 days is not counted.

    A rule is checked for every window that holds the new violation, so a late one is judged as if it had come in time.
    A rule that was reported is silent about windows that end before `policy.quiet_ms` have passed since the crossing.
    """
    standing = book.standing(sighting.who) or Standing(sighting.at_ms)
    if sighting.at_ms <= standing.horizon_ms:
        return Change(sighting.who, Effect.EXPIRED)
    entered = _entered(book, standing, sighting)
    if entered is None:
        return Change(sighting.who, Effect.REPEATED)
    standing, dropped = _moved_on(standing, sighting.at_ms, entered[0], policy.quiet_ms)
    if not sighting.violation:
        return Change(sighting.who, Effect.MENDED, (), standing, entered, dropped)
    history = History(book, sighting.who, standing, entered)
    escalations = tuple(_crossings(history, sighting, policy))
    reports = {each.rule.name: _report(each) for each in escalations}
    standing = replace(standing, reports={**standing.reports, **reports})
    return Change(sighting.who, Effect.COUNTED, escalations, standing, entered, dropped)


def sweep(book: Book, who: str, now_ms: int) -> Change | None:
    """Forgets an offender of whom nothing was seen for 30 days; None for one who is still of interest.

    `now_ms` is event time, such as the newest that the app has seen: under the wall clock a replay of old verdicts would
    forget what it has just counted.
    """
    standing = book.standing(who)
    if standing is None or standing.newest_ms > now_ms - KEPT_MS:
        return None
    return Change(who, Effect.EXPIRED, standing=Standing(standing.newest_ms), dropped=_ids(standing, standing.panes))


def _entered(book: Book, standing: Standing, sighting: Sighting) -> tuple[PaneId, Pane] | None:
    """The pane that takes the sighting, with it; None if it was seen before."""
    hour = hour_of(sighting.at_ms)
    parts = [book.pane(sighting.who, pane_id) or Pane() for pane_id in _ids(standing, [hour])]
    if any(pane.knows(sighting) for pane in parts):
        return None
    room = [number for number, pane in enumerate(parts) if not pane.is_full]
    number = room[0] if room else len(parts)
    return PaneId(hour, number), (parts[number] if room else Pane()).having(sighting)


def _moved_on(standing: Standing, at_ms: int, entered: PaneId, quiet_ms: int) -> tuple[Standing, tuple[PaneId, ...]]:
    """The standing after a sighting at `at_ms`, and the panes that have become too old.

    A report outlives its violations for as long as it silences its rule about late ones that are still counted.
    """
    newest_ms = max(standing.newest_ms, at_ms)
    horizon_ms = newest_ms - KEPT_MS
    oldest = hour_of(horizon_ms)
    panes = {hour: parts for hour, parts in standing.panes.items() if hour >= oldest}
    panes[entered.hour] = max(panes.get(entered.hour, 0), entered.part + 1)
    reports = {name: report for name, report in standing.reports.items() if report.at_ms + quiet_ms > horizon_ms}
    return Standing(newest_ms, panes, reports), _ids(standing, standing.panes.keys() - panes.keys())


def _crossings(history: History, sighting: Sighting, policy: EscalationPolicy) -> Iterator[Escalation]:
    for rule in policy.rules:
        last = history.standing.reports.get(rule.name)
        silent_until_ms = 0 if last is None else last.at_ms + policy.quiet_ms
        end_ms = first_crossing(history, rule, sighting.at_ms, silent_until_ms)
        if end_ms is not None:
            yield escalation_of(rule, sighting, history, end_ms)


def _report(escalation: Escalation) -> Report:
    return Report(milliseconds(escalation.at), escalation.escalation_id, escalation.violations, escalation.listings)


def _ids(standing: Standing, hours: Iterable[int]) -> tuple[PaneId, ...]:
    return tuple(PaneId(hour, part) for hour in hours for part in range(standing.panes.get(hour, 0)))
