"""What is known of one offender, for people."""

from pydantic import AwareDatetime

from detector.events.model import WireModel
from detector.offenders.book import Book
from detector.offenders.who import Kind


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
    raise NotImplementedError
