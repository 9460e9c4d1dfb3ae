"""Second stage, by offender: what one sighting changes, and what has to be told because of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from detector.offenders.book import Book
from detector.offenders.escalation import Escalation
from detector.offenders.panes import Pane, PaneId
from detector.offenders.rules import EscalationPolicy
from detector.offenders.sighting import Sighting
from detector.offenders.standing import Standing


class Effect(StrEnum):
    """What became of a sighting: a closed set, so that it can be a metric label."""

    COUNTED = "counted"
    MENDED = "mended"
    REPEATED = "repeated"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Change:
    """What follows from a sighting. Send the escalations; once they are delivered, `apply`; then acknowledge.

    Without a new standing there is nothing to apply. A crash before the acknowledgement brings the sighting again: before
    `apply` it makes the same escalations under the same ids, after it it is `REPEATED` and makes none.
    """

    who: str = field(repr=False)
    effect: Effect
    escalations: tuple[Escalation, ...] = ()
    standing: Standing | None = None
    panes: tuple[tuple[PaneId, Pane], ...] = ()
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
        for pane, content in self.panes:
            book.put_pane(self.who, pane, content)


def consider(book: Book, sighting: Sighting, policy: EscalationPolicy) -> Change:
    """Reads the book and writes nothing. A verdict id counts once; what is older than 30 days is not counted.

    A rule is checked for every window that holds the new violation, so a late one is judged as if it had come in time.
    A rule that was reported is silent about windows that end before `policy.quiet_ms` have passed since the crossing.
    """
    raise NotImplementedError


def sweep(book: Book, who: str, now_ms: int) -> Change:
    """Forget what is older than 30 days of an offender of whom nothing new comes.

    `now_ms` is event time, such as the newest that the app has seen: under the wall clock a replay of old verdicts would
    forget what it has just counted.
    """
    raise NotImplementedError
