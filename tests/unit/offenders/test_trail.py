"""Whom a verdict concerns, and who has to be told that something was mended."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.offenders import MemoryBook, Sighting, Trail, follow, follow_tombstone, kind_and_id
from detector.offenders.history import History
from detector.offenders.times import HOUR_MS, KEPT_MS, milliseconds, moment_of
from detector.offenders.trail import MOST_OPEN
from detector.verdicts import Verdict
from tests.unit.offenders.sightings import NOON, applied, mending
from tests.unit.offenders.verdicts import verdict

KEY = b"L-1"


def follow_all(verdicts: list[Verdict], key: bytes = KEY) -> tuple[list[Sighting], Trail | None]:
    """Every sighting of verdicts under one key; what is remembered passes through JSON, as it does in a table."""
    sightings: list[Sighting] = []
    trail: Trail | None = None
    for each in verdicts:
        followed = follow(trail, each, key)
        sightings += followed.sightings
        trail = followed.trail and Trail.from_plain(json.loads(json.dumps(followed.trail.to_plain())))
    return sightings, trail


def only(followed: tuple[list[Sighting], Trail | None]) -> Sighting:
    (sighting,) = followed[0]
    return sighting


def test_a_leak_becomes_a_violation_of_the_partner_that_the_verdict_names() -> None:
    leak = verdict(NOON, identity="v-1", categories=("url", "phone", "url"))
    assert only(follow_all([leak])) == Sighting(
        who="partner/P-7",
        subject="L-1",
        at_ms=NOON,
        violation=True,
        verdict_id="v-1",
        listing="L-1",
        score=0.9,
        categories=["phone", "url"],
    )


@pytest.mark.parametrize(
    ("earlier", "leak", "who"),
    [
        pytest.param([], verdict(NOON), "partner/P-7", id="named"),
        pytest.param([verdict(NOON)], verdict(NOON, partner=None), "partner/P-7", id="last known for the key"),
        pytest.param([verdict(NOON, fraud=False)], verdict(NOON, partner=None), "partner/P-7", id="from a clean one"),
        pytest.param([verdict(NOON)], verdict(NOON, partner="P-8"), "partner/P-8", id="named anew"),
        pytest.param([], verdict(NOON, partner=None, listing="L-9"), "listing/L-9", id="the listing"),
        pytest.param([], verdict(NOON, partner=None, listing=None), "listing/L-1", id="the key"),
        pytest.param([], verdict(NOON, partner="", listing=""), "listing/L-1", id="an empty id is none"),
    ],
)
def test_the_offender_is_the_partner_if_known_else_the_listing(earlier: list[Verdict], leak: Verdict, who: str) -> None:
    sightings, _ = follow_all([*earlier, leak])
    assert next(each for each in reversed(sightings) if each.violation).who == who


def test_a_partner_and_a_listing_of_one_id_are_two_offenders() -> None:
    partner, _ = follow_all([verdict(NOON, partner="42")])
    listing, _ = follow_all([verdict(NOON, partner=None, listing="42")])
    assert {kind_and_id(each.who) for each in [*partner, *listing]} == {("partner", "42"), ("listing", "42")}


@pytest.mark.parametrize("who", ["P-7", "agent/P-7", "", "/"])
def test_a_name_without_its_kind_is_none(who: str) -> None:
    with pytest.raises(ValueError, match="is not a name such as"):
        kind_and_id(who)


def test_without_a_key_a_verdict_is_about_what_it_names() -> None:
    by_booking = verdict(NOON, listing=None, booking="B-1")
    assert follow(None, by_booking, None).sightings[0].subject == "B-1"
    assert follow(None, verdict(NOON, listing=None), b"").sightings[0].subject == "t-1"


@pytest.mark.parametrize(
    ("event_time", "at_ms"),
    [
        pytest.param(moment_of(NOON - HOUR_MS), NOON - HOUR_MS, id="before it was scored"),
        pytest.param(None, NOON, id="none: when it was scored"),
        pytest.param(moment_of(NOON + HOUR_MS), NOON, id="a producer's clock in the future"),
        pytest.param(datetime(9999, 12, 31, tzinfo=UTC), NOON, id="the far future"),
        pytest.param(datetime(1969, 12, 31, tzinfo=UTC), 0, id="before 1970"),
        pytest.param(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), 0, id="before there are dates"),
        pytest.param(moment_of(NOON - 1) + timedelta(microseconds=999), NOON - 1, id="rounded down"),
    ],
)
def test_event_time_is_never_later_than_the_scoring(event_time: datetime | None, at_ms: int) -> None:
    leak = verdict(NOON).model_copy(update={"event_time": event_time})
    assert only(follow_all([leak])).at_ms == at_ms
    assert milliseconds(moment_of(at_ms)) == at_ms


def test_a_clean_update_of_a_listing_that_never_leaked_tells_nobody() -> None:
    sightings, trail = follow_all([verdict(NOON, fraud=False)])
    assert sightings == []
    assert trail == Trail("P-7", NOON, clean_ms=NOON)


def test_a_clean_update_mends_once() -> None:
    leak, clean, again = verdict(NOON), verdict(NOON + 5, fraud=False), verdict(NOON + 9, fraud=False)
    sightings, _ = follow_all([leak, clean, again])
    assert sightings[1:] == [mending(NOON + 5)]


def test_a_listing_that_changed_hands_is_mended_for_everyone_who_leaked_there() -> None:
    sightings, trail = follow_all(
        [
            verdict(NOON, partner="P-1"),
            verdict(NOON + 1, partner="P-2"),
            verdict(NOON + 2, partner="P-3", fraud=False),
        ]
    )
    assert sightings[2:] == [mending(NOON + 2, who="partner/P-1"), mending(NOON + 2, who="partner/P-2")]
    assert trail == Trail("P-3", NOON + 2, clean_ms=NOON + 2)


def test_a_late_mending_closes_what_is_older_and_leaves_the_rest_to_the_next() -> None:
    sightings, trail = follow_all([verdict(NOON + 5), verdict(NOON + 3, fraud=False), verdict(NOON + 9, fraud=False)])
    assert sightings[1:] == [mending(NOON + 3), mending(NOON + 9)]
    assert trail is not None
    assert trail.open == {}


def test_a_late_leak_does_not_hide_a_newer_one_from_the_next_mending() -> None:
    late_mending, mending_of_all = verdict(NOON + 3, fraud=False), verdict(NOON + 9, fraud=False)
    sightings, _ = follow_all([verdict(NOON + 5), verdict(NOON + 2), late_mending, mending_of_all])
    assert sightings[2:] == [mending(NOON + 3), mending(NOON + 9)]


def test_a_leak_that_comes_after_its_mending_is_told_with_it() -> None:
    sightings, trail = follow_all([verdict(NOON + 5, fraud=False), verdict(NOON, partner="P-9")])
    assert [each.violation for each in sightings] == [True, False]
    assert sightings[1] == mending(NOON + 5, who="partner/P-9")
    assert trail is not None
    assert trail.open == {}


def test_a_clean_message_does_not_take_back_the_one_before_it() -> None:
    leak = verdict(NOON, booking="B-1", listing="L-1")
    polite = verdict(NOON + 5, booking="B-1", listing="L-1", fraud=False)
    sightings, trail = follow_all([leak, polite], key=b"B-1")
    assert [each.violation for each in sightings] == [True]
    assert trail is not None
    assert trail.open == {"partner/P-7": NOON}
    assert follow(None, polite, b"B-1") == ((), None)


def test_a_tombstone_closes_everything_under_its_key_even_if_its_timestamp_is_older() -> None:
    _, trail = follow_all([verdict(NOON, partner="P-1"), verdict(NOON + 9, partner="P-2")])
    followed = follow_tombstone(trail, KEY, NOON + 5)
    assert list(followed.sightings) == [mending(NOON + 9, who=f"partner/{each}") for each in ("P-1", "P-2")]
    assert followed.trail is not None
    assert followed.trail.open == {}


def test_a_tombstone_of_what_is_not_known_says_nothing() -> None:
    assert follow_tombstone(None, KEY, NOON) == ((), None)


def test_a_repeated_verdict_leaves_the_trail_as_it_is() -> None:
    _, once = follow_all([verdict(NOON)])
    _, twice = follow_all([verdict(NOON), verdict(NOON)])
    assert once == twice


def test_a_trail_stays_small_and_forgets_what_nobody_keeps() -> None:
    hands = [verdict(NOON + number, partner=f"P-{number}") for number in range(MOST_OPEN + 3)]
    _, trail = follow_all(hands)
    assert trail is not None
    assert list(trail.open) == [f"partner/P-{number}" for number in range(3, MOST_OPEN + 3)]
    later = follow(trail, verdict(NOON + KEPT_MS + 5, partner="P-0"), KEY).trail
    assert later is not None
    assert list(later.open) == [*(f"partner/P-{number}" for number in range(6, MOST_OPEN + 3)), "partner/P-0"]


def test_a_trail_is_stale_after_30_days_without_a_verdict() -> None:
    _, trail = follow_all([verdict(NOON), verdict(NOON - HOUR_MS, fraud=False)])
    assert trail is not None
    assert not trail.is_stale(NOON + KEPT_MS - 1)
    assert trail.is_stale(NOON + KEPT_MS)


@pytest.mark.parametrize(
    ("key", "subject"),
    [
        (b"L-1", "L-1"),
        ("Zürich".encode(), "Zürich"),
        (b"\xff\xfe", r"\xff\xfe"),
        (b"x" * 256, "x" * 256),
        (b"x" * 257, sha256(b"x" * 257).hexdigest()),
    ],
    ids=["text", "UTF-8", "any bytes", "as long as an id may be", "longer"],
)
def test_a_key_of_any_bytes_names_its_subject_in_bounded_text(key: bytes, subject: str) -> None:
    assert follow(None, verdict(NOON), key).sightings[0].subject == subject


def test_long_ids_are_told_apart_by_a_short_name() -> None:
    long = [verdict(NOON, partner="P" * 300 + tail, listing="L" * 300 + tail) for tail in "ab"]
    sightings = [only(follow_all([each])) for each in long]
    assert all(len(each.who) < 80 and len(each.listing) == 64 for each in sightings)
    assert len({each.who for each in sightings}) == len({each.listing for each in sightings}) == 2


def test_a_sighting_travels_as_the_same_bytes_and_shows_no_id() -> None:
    leak = only(follow_all([verdict(NOON, identity="v-secret", partner="P-secret", listing="L-secret")], b"K-secret"))
    assert Sighting.from_json(leak.to_json()) == leak
    assert Sighting.from_json(leak.to_json()).to_json() == leak.to_json()
    assert "secret" not in repr(leak)
    assert "secret" not in repr(Trail("P-secret", 1, open={"partner/P-secret": 1}))


def test_what_is_no_sighting_is_refused_without_being_quoted() -> None:
    with pytest.raises(ValueError, match="atMs") as caught:
        Sighting.from_json(b'{"who":"partner/secret","subject":"secret","atMs":"secret","violation":true}')
    assert "secret" not in str(caught.value)


@st.composite
def verdicts_of_one_key(draw: st.DrawFn) -> list[Verdict]:
    """Any order, some more than once; all name their partner, as who is "last known" depends on the order."""
    moments = draw(st.lists(st.integers(0, 8), min_size=1, max_size=12))
    once = [
        verdict(
            NOON + moment,
            identity=f"v{number}",
            fraud=draw(st.booleans()),
            partner=draw(st.sampled_from(["P-1", "P-2", "P-3"])),
        )
        for number, moment in enumerate(moments)
    ]
    again = draw(st.lists(st.sampled_from(once), max_size=5))
    return draw(st.permutations([*once, *again]))


@given(verdicts_of_one_key())
def test_in_whatever_order_verdicts_come_everyone_has_what_no_newer_clean_one_mended(verdicts: list[Verdict]) -> None:
    book = MemoryBook()
    for sighting in follow_all(verdicts)[0]:
        applied(book, sighting)
    clean_ms = max((milliseconds(each.scored_at) for each in verdicts if each.probability_score < 0.5), default=-1)
    leaks = {each.verdict_id: each for each in verdicts if each.probability_score > 0.5}.values()
    for partner in ["P-1", "P-2", "P-3"]:
        standing = book.standing(f"partner/{partner}")
        times = [milliseconds(each.scored_at) for each in leaks if each.partner_id == partner]
        assert (standing is not None) == bool(times)
        if standing is not None:
            tally = History(book, f"partner/{partner}", standing).tally(0, NOON + 9)
            assert (tally.violations, tally.open) == (len(times), sum(at_ms > clean_ms for at_ms in times))
