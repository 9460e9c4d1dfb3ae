"""Sightings as the tests need them, and a recount that keeps everything and knows no panes."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from detector.offenders import Book, Change, EscalationPolicy, Rule, Sighting, consider
from detector.offenders.times import HOUR_MS, KEPT_MS

WHO = "partner/P-7"
NOON = 490_000 * HOUR_MS
"""A full hour of November 2025, to count from."""
DAY_MS = 24 * HOUR_MS
NO_RULES = EscalationPolicy(())


def violation(at_ms: int, verdict: str | None = None, listing: str = "L-1", **members: object) -> Sighting:
    """A verdict's id is made from its time unless given."""
    given = {
        "who": WHO,
        "subject": listing,
        "listing": listing,
        "verdict_id": verdict or f"v{at_ms}",
        "score": 0.9,
        "categories": ["phone"],
    }
    return Sighting.model_validate({"at_ms": at_ms, "violation": True, **given, **members})


def mending(at_ms: int, subject: str = "L-1", who: str = WHO) -> Sighting:
    return Sighting(who=who, subject=subject, at_ms=at_ms, violation=False)


def applied(book: Book, sighting: Sighting, policy: EscalationPolicy = NO_RULES) -> Change:
    """Considered, and written down."""
    change = consider(book, sighting, policy)
    change.apply(book)
    return change


def applied_all(book: Book, sightings: Iterable[Sighting], policy: EscalationPolicy = NO_RULES) -> list[Change]:
    return [applied(book, sighting, policy) for sighting in sightings]


class Recount(NamedTuple):
    """What a window holds."""

    violations: int
    open: int
    listings: set[str]
    categories: dict[str, int]
    highest: float
    first_ms: int


def kept(sightings: Sequence[Sighting]) -> list[Sighting]:
    """The violations of the last 30 days before the newest sighting, each verdict once."""
    newest = max(each.at_ms for each in sightings)
    once = {each.verdict_id: each for each in sightings if each.violation}
    return [each for each in once.values() if each.at_ms > newest - KEPT_MS]


def recount(sightings: Sequence[Sighting], start_ms: int, end_ms: int) -> Recount:
    inside = [each for each in kept(sightings) if start_ms < each.at_ms <= end_ms]
    mended = {each.subject: 0 for each in sightings}
    for each in sightings:
        if not each.violation:
            mended[each.subject] = max(mended[each.subject], each.at_ms)
    return Recount(
        violations=len(inside),
        open=sum(each.at_ms > mended[each.subject] for each in inside),
        listings={each.listing for each in inside},
        categories=dict(Counter(name for each in inside for name in each.categories)),
        highest=max((each.score for each in inside), default=0.0),
        first_ms=min((each.at_ms for each in inside), default=-1),
    )


def crossed_at(sightings: Sequence[Sighting], rule: Rule, at_ms: int, silent_until_ms: int) -> int | None:
    """The earliest end of a window with a violation at `at_ms` that crosses the rule, by trying every one."""
    for end_ms in sorted({each.at_ms for each in kept(sightings)}):
        if max(at_ms, silent_until_ms) <= end_ms < at_ms + rule.window_ms:
            window = recount(sightings, end_ms - rule.window_ms, end_ms)
            if window.violations >= rule.violations and len(window.listings) >= rule.listings:
                return end_ms
    return None


TIMES = st.builds(
    lambda hour, off: NOON + hour * HOUR_MS + off,
    st.one_of(st.integers(0, 3), st.sampled_from([23, 24, 25, 719, 720, 721]), st.integers(0, 40 * 24)),
    st.one_of(st.sampled_from([-1, 0, 1]), st.integers(0, HOUR_MS - 1)),
)
"""A few hours, a few days or more than a month apart, often at an hour's edge."""

CLOSE = st.builds(lambda hour, off: NOON + hour * HOUR_MS + off, st.integers(0, 9), st.sampled_from([-1, 0, 1, 9]))
"""Within ten hours, often a whole number of hours apart."""

LISTINGS = st.sampled_from(["L-1", "L-2", "L-3"])

VIOLATIONS = st.builds(
    violation,
    st.one_of(TIMES, CLOSE),
    verdict=st.uuids().map(lambda each: each.hex),
    listing=LISTINGS,
    subject=st.sampled_from(["L-1", "B-1", "B-2"]),
    score=st.sampled_from([0.7, 0.8, 0.9]),
    categories=st.sampled_from([[], ["phone"], ["email", "phone"]]),
)
MENDINGS = st.builds(mending, TIMES, st.sampled_from(["L-1", "B-1", "B-2"]))
"""Of the subjects that violations have."""


CLOSE_VIOLATIONS = st.builds(violation, CLOSE, verdict=st.uuids().map(lambda each: each.hex), listing=LISTINGS)


SIGHTINGS = st.one_of(VIOLATIONS, VIOLATIONS, VIOLATIONS, MENDINGS)


@st.composite
def streams(draw: st.DrawFn, sightings: st.SearchStrategy[Sighting] = SIGHTINGS) -> list[Sighting]:
    """Sightings of one offender in any order, some of them more than once."""
    once = draw(st.lists(sightings, min_size=1, max_size=25))
    again = draw(st.lists(st.sampled_from(once), max_size=8))
    return draw(st.permutations([*once, *again]))
