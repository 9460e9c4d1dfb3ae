"""First stage, by verdict key: which offender a verdict concerns, and whether it is news to that offender.

Verdicts are keyed by listing while offenders are counted by partner, so a verdict that names no partner needs to be told
whose it is, and a clean one needs to know who still has open violations under its key - not always today's partner.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from detector.offenders.sighting import Sighting
from detector.offenders.times import KEPT_MS, milliseconds
from detector.offenders.who import bounded, who_is
from detector.verdicts.model import Label, Verdict

MOST_OPEN = 8
"""Offenders remembered per key; a listing that passes through more hands in 30 days loses the earliest of them."""


@dataclass(frozen=True, slots=True)
class Trail:
    """What is remembered of one verdict key.

    `partner` is the partner id last named, `seen_ms` the newest event time, `clean_ms` the newest mending (-1: none),
    `open` maps an offender to the time of the newest violation that no mending has closed.
    """

    partner: str | None = field(repr=False)
    seen_ms: int
    clean_ms: int = -1
    open: Mapping[str, int] = field(default_factory=dict, repr=False)

    def is_stale(self, now_ms: int) -> bool:
        """Whether nothing was seen for 30 days, so that no violation of it is kept; `now_ms` is event time."""
        return self.seen_ms <= now_ms - KEPT_MS

    def to_plain(self) -> dict[str, Any]:
        """As a JSON value."""
        return {"partner": self.partner, "seen": self.seen_ms, "clean": self.clean_ms, "open": dict(self.open)}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Trail":
        """What `to_plain` made."""
        return cls(plain["partner"], plain["seen"], plain["clean"], plain["open"])


class Followed(NamedTuple):
    """Send the sightings, each under its `who`; once they are delivered, remember the trail (None: nothing to)."""

    sightings: tuple[Sighting, ...]
    trail: Trail | None


def follow(trail: Trail | None, verdict: Verdict, key: bytes | None) -> Followed:
    """What a verdict means for offenders, given what is remembered of its key.

    The offender is the verdict's partner, else the partner last known for this key, else the listing (`listingId`, else
    the key). Event time is `eventTime`, else `scoredAt`, and never later than `scoredAt`: a producer's wrong clock must
    not expire a history. A clean listing update mends what is open under its key, whoever had it; a clean booking
    message mends nothing, as the one before it was sent all the same.
    """
    subject = _subject(verdict, key)
    at_ms = milliseconds(min(verdict.event_time or verdict.scored_at, verdict.scored_at))
    known = None if trail is None else trail.partner
    partner = bounded(verdict.partner_id) if verdict.partner_id else known
    if verdict.score_details.label is Label.NON_FRAUD:
        if verdict.model_segment == "BOOKING":
            return Followed((), trail)
        return _mended(trail or Trail(partner, at_ms), partner, subject, at_ms)
    listing = bounded(verdict.listing_id) if verdict.listing_id else subject
    violation = Sighting(
        who=who_is(partner, listing),
        subject=subject,
        at_ms=at_ms,
        violation=True,
        verdict_id=bounded(verdict.verdict_id),
        listing=listing,
        score=verdict.probability_score,
        categories=sorted({evidence.category for evidence in verdict.score_details.evidence}),
    )
    return _violated(trail or Trail(partner, at_ms), partner, violation)


def follow_tombstone(trail: Trail | None, key: bytes, at_ms: int) -> Followed:
    """What was listed under the key is gone, and its violations with it; `at_ms` is the tombstone's own timestamp."""
    if trail is None:
        return Followed((), None)
    return _mended(trail, trail.partner, _text(key), max(at_ms, *trail.open.values(), trail.clean_ms))


def _violated(trail: Trail, partner: str | None, violation: Sighting) -> Followed:
    who, at_ms = violation.who, violation.at_ms
    if at_ms <= trail.clean_ms:
        # Late: a newer verdict has mended it, which this offender may not have been told.
        told = (violation, _mending(who, violation.subject, trail.clean_ms))
        return Followed(told, _seen(trail, partner, at_ms, trail.open))
    still_open = {**trail.open, who: max(at_ms, trail.open.get(who, 0))}
    return Followed((violation,), _seen(trail, partner, at_ms, still_open))


def _mended(trail: Trail, partner: str | None, subject: str, at_ms: int) -> Followed:
    told = tuple(_mending(who, subject, at_ms) for who in trail.open)
    still_open = {who: newest for who, newest in trail.open.items() if newest > at_ms}
    later = _seen(trail, partner, at_ms, still_open)
    return Followed(told, replace(later, clean_ms=max(trail.clean_ms, at_ms)))


def _seen(trail: Trail, partner: str | None, at_ms: int, still_open: Mapping[str, int]) -> Trail:
    seen_ms = max(trail.seen_ms, at_ms)
    newest = sorted(still_open.items(), key=lambda each: each[1])[-MOST_OPEN:]
    kept = {who: newest_ms for who, newest_ms in newest if newest_ms > seen_ms - KEPT_MS}
    return replace(trail, partner=partner, seen_ms=seen_ms, open=kept)


def _mending(who: str, subject: str, at_ms: int) -> Sighting:
    return Sighting(who=who, subject=subject, at_ms=at_ms, violation=False)


def _subject(verdict: Verdict, key: bytes | None) -> str:
    if key:
        return _text(key)
    return bounded(verdict.listing_id or verdict.booking_id or verdict.transaction_context.transaction_id)


def _text(key: bytes) -> str:
    # Any bytes may be a key; unlike keys stay unlike.
    return bounded(key.decode("utf-8", "backslashreplace"))
