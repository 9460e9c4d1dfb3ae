"""What one sighting changes, and when it is told."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.offenders import (
    Change,
    Effect,
    EscalationPolicy,
    MemoryBook,
    PaneId,
    Rule,
    Sighting,
    consider,
    parse_rules,
    sweep,
)
from detector.offenders.history import History
from detector.offenders.times import HOUR_MS, KEPT_MS, hour_of, milliseconds
from tests.unit.offenders.sightings import (
    DAY_MS,
    NO_RULES,
    NOON,
    WHO,
    applied,
    applied_all,
    mending,
    streams,
    violation,
)


def policy(rules: str, quiet_ms: int = DAY_MS) -> EscalationPolicy:
    return EscalationPolicy(parse_rules(rules), quiet_ms)


TWICE = policy("twice: 2 violations in 1h")


def told_at(changes: Iterable[Change]) -> list[int]:
    """Event times of all escalations, counted from NOON."""
    return [milliseconds(each.at) - NOON for change in changes for each in change.escalations]


def told_after(times: Iterable[int], asked: EscalationPolicy) -> list[int]:
    """The same for violations at these times from NOON, in this order."""
    return told_at(applied_all(MemoryBook(), (violation(NOON + time) for time in times), asked))


@pytest.mark.parametrize(
    ("times", "told"),
    [
        pytest.param([0], [], id="too few"),
        pytest.param([0, 1], [1], id="enough"),
        pytest.param([0, HOUR_MS - 1], [HOUR_MS - 1], id="a millisecond less than the window apart"),
        pytest.param([0, HOUR_MS], [], id="exactly the window apart"),
        pytest.param([-1, HOUR_MS - 2], [HOUR_MS - 2], id="over an hour's edge"),
        pytest.param([-1, HOUR_MS - 1], [], id="over an hour's edge, the window apart"),
        pytest.param([0, HOUR_MS, 2 * HOUR_MS - 1], [2 * HOUR_MS - 1], id="the window slides"),
        pytest.param([0, 0], [], id="one verdict twice"),
        pytest.param([5, 0], [5], id="the later first: crossed at the later"),
        pytest.param([0, HOUR_MS, 1], [1], id="late: in time with the first, and with the second"),
        pytest.param([0, HOUR_MS + 5, HOUR_MS], [HOUR_MS + 5], id="late: in time with the second alone"),
    ],
)
def test_windows_are_half_open_and_slide(times: list[int], told: list[int]) -> None:
    assert told_after(times, TWICE) == told


def test_a_window_that_does_not_hold_the_late_violation_is_not_told_because_of_it() -> None:
    stream = [violation(NOON + 5), violation(NOON + HOUR_MS, "v1"), violation(NOON + HOUR_MS, "v2"), violation(NOON)]
    changes = applied_all(MemoryBook(), stream, policy("three: 3 violations in 1h", quiet_ms=0))
    assert [told_at([change]) for change in changes] == [[], [], [HOUR_MS], []]


def test_violations_at_one_time_all_count() -> None:
    changes = applied_all(MemoryBook(), [violation(NOON, "v1"), violation(NOON, "v2")], TWICE)
    assert told_at(changes) == [0]


@pytest.mark.parametrize(
    ("listings", "told"),
    [
        pytest.param(["L-1", "L-1", "L-1"], [], id="one listing"),
        pytest.param(["L-1", "L-1", "L-2"], [2], id="two listings"),
        pytest.param(["L-1", "L-2"], [], id="two listings, too few violations"),
    ],
)
def test_a_rule_may_ask_for_distinct_listings(listings: list[str], told: list[int]) -> None:
    stream = [violation(NOON + number, listing=listing) for number, listing in enumerate(listings)]
    assert told_at(applied_all(MemoryBook(), stream, policy("a: 3 violations on 2 listings in 1h"))) == told


def test_a_listing_that_leaves_at_the_windows_start_counts_while_it_is_further_inside() -> None:
    minute = HOUR_MS // 60
    stream = [(10, "X"), (90, "X"), (125, "Y"), (140, "Z")]
    sightings = [violation(NOON + at * minute, listing=listing) for at, listing in stream]
    assert told_at(applied_all(MemoryBook(), sightings, policy("a: 3 violations on 3 listings in 2h"))) == [
        140 * minute
    ]


def test_every_rule_is_checked_on_its_own() -> None:
    asked = policy("one: 1 violation in 1h; two: 2 violations in 1h; three: 3 violations in 1h")
    changes = applied_all(MemoryBook(), [violation(NOON), violation(NOON + 1)], asked)
    assert [[each.rule.name for each in change.escalations] for change in changes] == [["one"], ["two"]]


@pytest.mark.parametrize(
    ("quiet_ms", "times", "told"),
    [
        pytest.param(DAY_MS, [0, 1, 2, 3, DAY_MS], [1], id="silent for less than the quiet period"),
        pytest.param(10, [0, 1, 10, 11], [1, 11], id="told again exactly when it is over"),
        pytest.param(10, [0, 1, 12, 15, 22], [1, 12, 22], id="each report is followed by quiet"),
        pytest.param(DAY_MS, [0, 1, DAY_MS + 1], [1], id="over, but no longer crossed"),
        pytest.param(DAY_MS, [0, 1, DAY_MS + 1, DAY_MS + 2], [1, DAY_MS + 2], id="over, and crossed anew"),
        pytest.param(DAY_MS, [100, 101, 50], [101], id="a late one in a window that was told"),
        pytest.param(DAY_MS, [3 * DAY_MS, 3 * DAY_MS + 1, 0, 1], [3 * DAY_MS + 1], id="a late window before a report"),
        pytest.param(0, [0, 1, 2], [1, 2], id="no quiet: each further violation"),
    ],
)
def test_a_crossing_is_told_once_and_again_only_after_a_quiet_period(
    quiet_ms: int, times: list[int], told: list[int]
) -> None:
    assert told_after(times, policy("twice: 2 violations in 1h", quiet_ms)) == told


def test_rules_are_silent_for_themselves_alone_and_offenders_too() -> None:
    book = MemoryBook()
    asked = policy("one: 1 violation in 1h; two: 2 violations in 1h")
    other = [violation(NOON + 2, who="partner/P-8"), violation(NOON + 3, who="partner/P-8")]
    changes = applied_all(book, [violation(NOON), violation(NOON + 1), *other], asked)
    assert told_at(changes) == [0, 1, 2, 3]


def test_the_same_crossing_has_the_same_id_and_another_has_another() -> None:
    book = MemoryBook()
    applied(book, violation(NOON))
    crossing = violation(NOON + 1)
    first, again = consider(book, crossing, TWICE), consider(book, crossing, TWICE)
    assert first.escalations == again.escalations
    others = [
        consider(book, violation(NOON + 2), TWICE),
        consider(book, crossing, policy("other: 2 violations in 1h")),
        consider(book, crossing, policy("twice: 2 violations in 2h")),
    ]
    (told,) = first.escalations
    assert told.escalation_id not in {each.escalations[0].escalation_id for each in others}
    assert len(told.escalation_id) == 32


@pytest.mark.parametrize(
    ("sighting", "effect"),
    [
        (violation(NOON + 1), Effect.COUNTED),
        (violation(NOON), Effect.REPEATED),
        (violation(NOON - KEPT_MS + 1), Effect.COUNTED),
        (violation(NOON - KEPT_MS), Effect.EXPIRED),
        (mending(NOON + 1), Effect.MENDED),
        (mending(NOON - 1), Effect.REPEATED),
        (mending(NOON - KEPT_MS), Effect.EXPIRED),
    ],
    ids=["new", "seen before", "almost 30 days old", "30 days old", "mended", "mended before", "mended long ago"],
)
def test_every_sighting_has_an_effect_and_only_news_is_written(sighting: Sighting, effect: Effect) -> None:
    book = MemoryBook()
    applied_all(book, [violation(NOON), mending(NOON - 1)])
    before = (dict(book._standings), dict(book._panes))
    change = consider(book, sighting, NO_RULES)
    assert change.effect is effect
    assert (dict(book._standings), dict(book._panes)) == before, "to consider is not to write"
    change.apply(book)
    assert ((dict(book._standings), dict(book._panes)) == before) == (effect in {Effect.REPEATED, Effect.EXPIRED})


def test_what_is_counted_does_not_show_who_it_was() -> None:
    assert "P-7" not in repr(consider(MemoryBook(), violation(NOON), NO_RULES))


def test_mending_lowers_what_is_open_and_never_the_history() -> None:
    book = MemoryBook()
    stream = [violation(NOON), violation(NOON + 1, listing="L-2"), mending(NOON + 2), violation(NOON + 3)]
    (told,) = applied_all(book, stream, policy("three: 3 violations in 1h"))[-1].escalations
    assert (told.violations, told.open, told.listings) == (3, 2, 2)


def test_panes_are_dropped_once_all_of_them_is_older_than_30_days() -> None:
    book = MemoryBook()
    applied(book, violation(NOON))
    late = applied(book, violation(NOON + KEPT_MS + HOUR_MS - 1))
    assert (late.dropped, book.pane(WHO, PaneId(hour_of(NOON), 0)) is None) == ((), False)
    later = applied(book, violation(NOON + KEPT_MS + HOUR_MS))
    assert (later.dropped, book.pane(WHO, PaneId(hour_of(NOON), 0)) is None) == ((PaneId(hour_of(NOON), 0),), True)


def test_a_violation_of_exactly_30_days_ago_is_no_longer_counted_though_its_hour_is_kept() -> None:
    book = MemoryBook()
    applied_all(book, [violation(NOON), violation(NOON + 1), violation(NOON + KEPT_MS)])
    standing = book.standing(WHO)
    assert standing is not None
    history = History(book, WHO, standing)
    assert history.tally(0, standing.newest_ms).violations == 2
    assert [each.at_ms for each in history.newest(0, standing.newest_ms, 9)] == [NOON + KEPT_MS, NOON + 1]


def test_a_violation_in_the_far_past_starts_a_history_that_the_next_one_ends() -> None:
    book = MemoryBook()
    applied_all(book, [violation(0), violation(NOON)])
    standing = book.standing(WHO)
    assert standing is not None
    assert list(standing.panes) == [hour_of(NOON)]


def test_reports_older_than_30_days_are_forgotten_once_they_silence_nothing_that_counts() -> None:
    book = MemoryBook()
    applied(book, violation(NOON), policy("gone: 1 violation in 1h"))
    applied(book, violation(NOON + KEPT_MS + DAY_MS), policy("new: 1 violation in 1h"))
    standing = book.standing(WHO)
    assert standing is not None
    assert list(standing.reports) == ["new"]


def test_a_report_of_30_days_ago_still_silences_its_rule_about_a_late_violation_that_counts() -> None:
    rules = policy("one: 1 violation in 1h", quiet_ms=HOUR_MS)
    book = MemoryBook()
    (told, *_) = applied_all(book, [violation(NOON - 1, "first"), mending(NOON - 1 + KEPT_MS)], rules)
    assert len(told.escalations) == 1
    late = applied(book, violation(NOON, "late"), rules)
    assert late.effect is Effect.COUNTED
    assert late.escalations == ()


def test_an_offender_of_whom_nothing_comes_for_30_days_is_swept_away_whole() -> None:
    book = MemoryBook()
    applied_all(book, [violation(NOON), mending(NOON + HOUR_MS)])
    assert sweep(book, WHO, NOON + HOUR_MS + KEPT_MS - 1) is None
    swept = sweep(book, WHO, NOON + HOUR_MS + KEPT_MS)
    assert swept is not None
    assert list(book.offenders()) == [WHO]
    swept.apply(book)
    assert (list(book.offenders()), book._panes) == ([], {})
    assert sweep(book, WHO, NOON + 2 * KEPT_MS) is None


class Crash(Exception):
    """The process ends here."""


class CrashingBook(MemoryBook):
    """Writes so many times, then not any more."""

    def __init__(self, like: MemoryBook, writes: int) -> None:
        super().__init__()
        self._standings, self._panes = like._standings, like._panes
        self._left = writes

    def __getattribute__(self, name: str) -> Any:
        if name.startswith(("put_", "drop_")):
            if self._left == 0:
                raise Crash
            self._left -= 1
        return super().__getattribute__(name)


@given(streams(), st.integers(0, 3), st.randoms())
def test_a_crash_between_two_writes_leaves_nothing_uncounted_and_no_report_forgotten(
    stream: list[Sighting], writes: int, choice: Any
) -> None:
    asked = EscalationPolicy((Rule("two", 2, 1, 24),))
    book, undisturbed = MemoryBook(), MemoryBook()
    for sighting in stream:
        expected = applied(undisturbed, sighting, asked)
        if choice.random() < 0.5:
            with suppress(Crash):
                consider(book, sighting, asked).apply(CrashingBook(book, writes))
            again = applied(book, sighting, asked)
            assert all(told in expected.escalations for told in again.escalations)
        else:
            assert applied(book, sighting, asked).escalations == expected.escalations
        assert book._panes == undisturbed._panes
        assert book._standings == undisturbed._standings


def test_panes_that_a_crash_left_named_and_missing_are_read_as_empty() -> None:
    book = MemoryBook()
    change = consider(book, violation(NOON), TWICE)
    replace(change, entered=None).apply(book)
    assert applied(book, violation(NOON + 1), TWICE).escalations == ()
    assert told_at([applied(book, violation(NOON), TWICE)]) == [1]
