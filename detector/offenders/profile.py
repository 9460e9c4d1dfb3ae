"""What is known of one offender, for people."""

from pydantic import AwareDatetime

from detector.events.model import WireModel
from detector.offenders.book import Book
from detector.offenders.history import History
from detector.offenders.times import HOUR_MS, KEPT_HOURS, moment_of
from detector.offenders.who import Kind, kind_and_id

_WINDOWS = {"1h": 1, "24h": 24, "30d": KEPT_HOURS}


class WindowProfile(WireModel):
    """One window that ends now; `listings` counts distinct ones, `categories` violations that show each."""

    window_seconds: int
    violations: int
    open: int
    listings: int
    categories: dict[str, int]
    highest_score: float


class ReportProfile(WireModel):
    """The newest escalation of one rule."""

    rule: str
    escalation_id: str
    at: AwareDatetime
    violations: int
    listings: int


class Profile(WireModel):
    """An offender over the last hour, day and 30 days; reports newest first."""

    offender: Kind
    partner_id: str | None = None
    listing_id: str | None = None
    newest: AwareDatetime
    windows: dict[str, WindowProfile]
    reports: list[ReportProfile]


def profile(book: Book, who: str, now_ms: int) -> Profile | None:
    """None for an offender that is not known. Keys of `windows` are `1h`, `24h` and `30d`."""
    standing = book.standing(who)
    if standing is None:
        return None
    kind, identity = kind_and_id(who)
    history = History(book, who, standing)
    newest_first = sorted(standing.reports.items(), key=lambda each: each[1].at_ms, reverse=True)
    return Profile(
        offender=kind,
        partner_id=identity if kind is Kind.PARTNER else None,
        listing_id=identity if kind is Kind.LISTING else None,
        newest=moment_of(standing.newest_ms),
        windows={name: _window(history, hours, now_ms) for name, hours in _WINDOWS.items()},
        reports=[
            ReportProfile(
                rule=name,
                escalation_id=report.escalation_id,
                at=moment_of(report.at_ms),
                violations=report.violations,
                listings=report.listings,
            )
            for name, report in newest_first
        ],
    )


def _window(history: History, hours: int, now_ms: int) -> WindowProfile:
    tally = history.tally(now_ms - hours * HOUR_MS, now_ms)
    return WindowProfile(
        window_seconds=hours * HOUR_MS // 1000,
        violations=tally.violations,
        open=tally.open,
        listings=len(tally.listings),
        categories=dict(sorted(tally.categories.items())),
        highest_score=tally.highest,
    )
