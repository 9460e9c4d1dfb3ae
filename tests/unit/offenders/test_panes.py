"""A pane says what was put into it, as JSON, and never grows past a record."""

import json
import random
import string
from collections.abc import Iterator

import pytest
from hypothesis import given

from detector.offenders import EscalationPolicy, MemoryBook, Pane, PaneId, Rule, Sighting, Standing, consider
from detector.offenders.history import History
from detector.offenders.panes import MOST_ENTRIES, Violation
from detector.offenders.times import HOUR_MS, KEPT_HOURS, hour_of
from detector.offenders.who import LONGEST_ID
from tests.unit.offenders.sightings import NOON, WHO, applied, applied_all, mending, streams, violation

RECORD = 1_048_588
"""`max.message.bytes` of a broker that was not told otherwise."""


def size(plain: object) -> int:
    return len(json.dumps(plain))


@given(streams())
def test_a_pane_and_a_standing_survive_json(stream: list[Sighting]) -> None:
    book = MemoryBook()
    applied_all(book, stream)
    for pane in book._panes.values():
        assert Pane.from_plain(json.loads(json.dumps(pane.to_plain()))).to_plain() == pane.to_plain()
    (standing,) = book._standings.values()
    assert Standing.from_plain(json.loads(json.dumps(standing.to_plain()))) == standing


@given(streams())
def test_a_panes_sums_are_those_of_its_violations(stream: list[Sighting]) -> None:
    book = MemoryBook()
    applied_all(book, stream)
    for pane in book._panes.values():
        opened = list(pane.violations())
        assert pane.count == len(opened)
        assert pane.listings() == {each.listing for each in opened}
        assert pane.first_ms == min((each.at_ms for each in opened), default=-1)
        assert pane.last_ms == max((each.at_ms for each in opened), default=-1)
        assert pane.highest == max((each.score for each in opened), default=0.0)
        shown = [name for each in opened for name in each.categories]
        assert pane.categories == {name: shown.count(name) for name in set(shown)}


def test_a_full_pane_is_followed_by_the_next_part_of_its_hour_and_repeats_are_still_known() -> None:
    book = MemoryBook()
    stream = [violation(NOON, f"v{number}") for number in range(2 * MOST_ENTRIES + 1)]
    applied_all(book, [*stream, *stream])
    counts = {pane_id: pane.count for (_, pane_id), pane in book._panes.items()}
    hour = hour_of(NOON)
    assert counts == {PaneId(hour, 0): MOST_ENTRIES, PaneId(hour, 1): MOST_ENTRIES, PaneId(hour, 2): 1}


def test_parts_are_kept_when_a_release_makes_panes_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    book = MemoryBook()
    applied_all(book, [violation(NOON, f"v{number}") for number in range(MOST_ENTRIES + 1)])
    monkeypatch.setattr("detector.offenders.panes.MOST_ENTRIES", MOST_ENTRIES + 1)
    applied(book, violation(NOON, "new"))
    standing = book.standing(WHO)
    assert standing is not None
    assert History(book, WHO, standing).tally(0, NOON).violations == MOST_ENTRIES + 2


def test_mendings_take_room_as_well() -> None:
    book = MemoryBook()
    applied_all(book, [mending(NOON, f"L-{number}") for number in range(MOST_ENTRIES + 1)])
    assert len(book._panes) == 2


def test_a_full_pane_fits_a_record_although_every_id_is_as_long_as_it_may_be() -> None:
    emoji = "\U0001f3d6" * (LONGEST_ID - 3)  # twelve bytes each, once JSON has escaped it
    pane = Pane()
    for number in range(MOST_ENTRIES):
        place = f"{number:03}{emoji}"
        pane = pane.having(violation(NOON, f"{number:032}", place, subject=place, categories=["solicitation"]))
    assert pane.is_full
    assert 500_000 < size(pane.to_plain()) < RECORD


def test_5000_violations_a_day_make_no_large_value() -> None:
    source = random.Random(7)
    book = MemoryBook()
    step = 24 * HOUR_MS // 5000
    for number in range(10_000):
        identity = "".join(source.choices(string.hexdigits, k=32))
        applied(book, violation(NOON + number * step, identity, listing=f"L-{source.randrange(5000)}"))
    assert max(size(pane.to_plain()) for pane in book._panes.values()) < 16_000
    full = Standing(NOON, dict.fromkeys(range(hour_of(NOON) - KEPT_HOURS, hour_of(NOON) + 1), 2))
    assert size(full.to_plain()) < 10_000


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Pane]:
    """Every pane whose violations are looked at one by one."""
    opened: list[Pane] = []
    violations = Pane.violations

    def noticed(pane: Pane) -> Iterator[Violation]:
        opened.append(pane)
        return violations(pane)

    monkeypatch.setattr(Pane, "violations", noticed)
    return opened


def test_a_tally_opens_no_pane_that_its_window_covers_whole(opened: list[Pane]) -> None:
    book = MemoryBook()
    applied_all(book, [violation(NOON + hour * HOUR_MS + 1) for hour in range(30)])
    standing = book.standing(WHO)
    assert standing is not None
    history = History(book, WHO, standing)
    assert history.tally(NOON + HOUR_MS + 1, NOON + 29 * HOUR_MS).violations == 27
    assert [hour_of(pane.first_ms - NOON) for pane in opened] == [29, 1]


def test_a_rule_opens_the_two_hours_at_its_windows_edges_at_most(opened: list[Pane]) -> None:
    book = MemoryBook()
    applied_all(book, [violation(NOON + hour * HOUR_MS + 1) for hour in range(KEPT_HOURS)])
    last = violation(NOON + KEPT_HOURS * HOUR_MS + 1)
    for rule, hours in [
        (Rule("far", KEPT_HOURS + 2, 1, KEPT_HOURS), []),
        (Rule("other", 3, 2, KEPT_HOURS), []),
        (Rule("near", KEPT_HOURS + 1, 1, KEPT_HOURS), [0, KEPT_HOURS]),
        (Rule("short", 25, 1, 24), [KEPT_HOURS - 24, KEPT_HOURS]),
    ]:
        opened.clear()
        assert consider(book, last, EscalationPolicy((rule,))).escalations == ()
        assert [hour_of(pane.first_ms - NOON) for pane in opened] == hours, rule.name
