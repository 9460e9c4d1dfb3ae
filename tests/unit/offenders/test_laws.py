"""Laws: however sightings arrive, the state says what a naive recount says."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.offenders import EscalationPolicy, MemoryBook, PaneId, Rule, Sighting
from detector.offenders.crossing import first_crossing
from detector.offenders.history import History, Tally
from detector.offenders.times import HOUR_MS, KEPT_HOURS, hour_of, milliseconds
from tests.unit.offenders.sightings import (
    CLOSE,
    CLOSE_VIOLATIONS,
    NOON,
    TIMES,
    WHO,
    Recount,
    applied,
    applied_all,
    crossed_at,
    kept,
    recount,
    streams,
    violation,
)

RULES = st.builds(
    lambda violations, listings, hours: Rule("rule", violations, min(listings, violations), hours),
    st.integers(1, 5),
    st.integers(1, 3),
    st.sampled_from([1, 2, 3, 5, 24, KEPT_HOURS]),
)


@pytest.fixture(autouse=True, scope="module", params=[2, 128], ids=["tiny panes", "usual panes"])
def _pane_size(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("detector.offenders.panes.MOST_ENTRIES", request.param)
        yield


def history_of(book: MemoryBook) -> History:
    standing = book.standing(WHO)
    assert standing is not None
    return History(book, WHO, standing)


def counted(tally: Tally) -> Recount:
    return Recount(
        tally.violations, tally.open, set(tally.listings), dict(tally.categories), tally.highest, tally.first_ms
    )


@given(streams(), TIMES, st.integers(0, KEPT_HOURS * HOUR_MS))
def test_any_order_with_repeats_gives_the_counts_of_a_recount(
    stream: list[Sighting], end_ms: int, length_ms: int
) -> None:
    book = MemoryBook()
    applied_all(book, stream)
    history = history_of(book)
    newest = history.standing.newest_ms
    for start, end in [(end_ms - length_ms, end_ms), (newest - HOUR_MS, newest), (0, newest)]:
        assert counted(history.tally(start, end)) == recount(stream, start, end)


@given(streams())
def test_any_order_with_repeats_keeps_the_same_violations(stream: list[Sighting]) -> None:
    book = MemoryBook()
    applied_all(book, stream)
    history = history_of(book)
    held = [each for hour in history.standing.panes for each in history.opened(hour)]
    assert sorted(each.verdict_id for each in held) == sorted(each.verdict_id for each in kept(stream))


@given(streams(), st.integers(0, 60))
def test_the_newest_violations_of_a_window_come_newest_first(stream: list[Sighting], most: int) -> None:
    book = MemoryBook()
    applied_all(book, stream)
    found = history_of(book).newest(0, max(each.at_ms for each in stream), most)
    expected = sorted(((each.at_ms, each.verdict_id) for each in kept(stream)), reverse=True)
    assert [(each.at_ms, each.verdict_id) for each in found] == expected[:most]


@given(st.one_of(streams(), streams(CLOSE_VIOLATIONS)), RULES, st.one_of(st.just(0), TIMES, CLOSE))
def test_a_crossing_is_found_in_whichever_window_holds_the_violation(
    stream: list[Sighting], rule: Rule, silent_until_ms: int
) -> None:
    book = MemoryBook()
    applied_all(book, stream)
    history = history_of(book)
    for each in kept(stream):
        found = first_crossing(history, rule, each.at_ms, silent_until_ms)
        assert found == crossed_at(stream, rule, each.at_ms, silent_until_ms)


@given(streams(), RULES, st.sampled_from([0, 1, HOUR_MS, 24 * HOUR_MS]))
def test_what_is_told_is_what_a_recount_would_tell(stream: list[Sighting], rule: Rule, quiet_ms: int) -> None:
    book = MemoryBook()
    silent_until_ms = 0
    for number, sighting in enumerate(stream, start=1):
        seen = stream[:number]
        new = sighting.violation and sighting in kept(seen) and sighting not in stream[: number - 1]
        expected = crossed_at(seen, rule, sighting.at_ms, silent_until_ms) if new else None
        told = applied(book, sighting, EscalationPolicy((rule,), quiet_ms)).escalations
        assert [milliseconds(each.at) for each in told] == ([] if expected is None else [expected])
        if expected is not None:
            window = recount(seen, expected - rule.window_ms, expected)
            assert (told[0].violations, told[0].open) == (window.violations, window.open)
            assert set(told[0].listing_ids) == window.listings
            silent_until_ms = expected + quiet_ms


@given(streams())
def test_no_pane_outlives_30_days_and_every_pane_is_named(stream: list[Sighting]) -> None:
    book = MemoryBook()
    applied_all(book, stream)
    standing = history_of(book).standing
    oldest = hour_of(standing.horizon_ms)
    assert all(oldest <= hour <= hour_of(standing.newest_ms) for hour in standing.panes)
    named = {(WHO, PaneId(hour, part)) for hour, parts in standing.panes.items() for part in range(parts)}
    assert set(book._panes) == named


def test_a_recount_would_notice_a_violation_that_is_counted_twice() -> None:
    twice = [violation(NOON, "v1"), violation(NOON, "v2")]
    assert recount(twice, 0, NOON).violations == 2
