"""What every book promises: it keeps what was put, for each offender apart, and `consider` counts alike on all."""

from collections.abc import Callable

import pytest

from detector.offenders import (
    Book,
    EscalationPolicy,
    MemoryBook,
    Pane,
    PaneId,
    Report,
    Rule,
    Standing,
    consider,
    profile,
    sweep,
)
from detector.offenders.times import HOUR_MS, KEPT_MS, hour_of
from tests.unit.engines.escalation.rig import table_book
from tests.unit.offenders.sightings import NOON, WHO, applied_all, mending, violation

OTHER = "listing/P-7"
FIRST = PaneId(hour_of(NOON), 0)
SECOND = PaneId(hour_of(NOON), 1)
PANE = Pane().having(violation(NOON)).having(mending(NOON + 1))
STANDING = Standing(NOON, {FIRST.hour: 1}, {"rule": Report(NOON, "id", 3, 2)})


def memory_book() -> Book:
    return MemoryBook()


@pytest.fixture(params=[memory_book, table_book], ids=["memory", "faust-tables"])
def book(request: pytest.FixtureRequest) -> Book:
    make: Callable[[], Book] = request.param
    return make()


def test_nothing_is_known_of_anybody_at_first(book: Book) -> None:
    assert (book.standing(WHO), book.pane(WHO, FIRST), list(book.offenders())) == (None, None, [])


def test_what_was_put_is_found_until_it_is_replaced_or_dropped(book: Book) -> None:
    book.put_standing(WHO, STANDING)
    book.put_pane(WHO, FIRST, PANE)
    assert book.standing(WHO) == STANDING
    assert is_pane(book.pane(WHO, FIRST), PANE)
    newer, fuller = Standing(NOON + 1), PANE.having(violation(NOON + 2))
    book.put_standing(WHO, newer)
    book.put_pane(WHO, FIRST, fuller)
    assert book.standing(WHO) == newer
    assert is_pane(book.pane(WHO, FIRST), fuller)
    book.drop_standing(WHO)
    book.drop_pane(WHO, FIRST)
    assert (book.standing(WHO), book.pane(WHO, FIRST)) == (None, None)


def test_dropping_what_is_not_there_does_nothing(book: Book) -> None:
    book.drop_standing(WHO)
    book.drop_pane(WHO, FIRST)
    assert (book.standing(WHO), book.pane(WHO, FIRST), list(book.offenders())) == (None, None, [])


def test_panes_are_kept_apart_by_offender_hour_and_part(book: Book) -> None:
    places = [(WHO, FIRST), (WHO, SECOND), (WHO, PaneId(FIRST.hour + 1, 0)), (OTHER, FIRST)]
    panes = [Pane().having(violation(NOON + number)) for number in range(len(places))]
    for (who, pane_id), pane in zip(places, panes, strict=True):
        book.put_pane(who, pane_id, pane)
    book.drop_pane(WHO, SECOND)
    found = [book.pane(who, pane_id) for who, pane_id in places]
    assert found[1] is None
    assert all(is_pane(found[number], panes[number]) for number in (0, 2, 3))


def test_offenders_are_those_with_a_standing(book: Book) -> None:
    for who in (WHO, OTHER):
        book.put_standing(who, STANDING)
    book.put_pane("partner/P-9", FIRST, PANE)
    assert sorted(book.offenders()) == sorted([WHO, OTHER])
    book.drop_standing(WHO)
    assert list(book.offenders()) == [OTHER]


def test_offenders_may_be_dropped_while_they_are_gone_through(book: Book) -> None:
    for number in range(5):
        book.put_standing(f"partner/{number}", STANDING)
    for who in book.offenders():
        book.drop_standing(who)
    assert list(book.offenders()) == []


def test_a_value_that_was_read_does_not_change_with_the_book(book: Book) -> None:
    policy = EscalationPolicy(())
    applied_all(book, [violation(NOON)], policy)
    pane, standing = book.pane(WHO, FIRST), book.standing(WHO)
    assert pane is not None
    before = pane.to_plain()
    applied_all(book, [violation(NOON + 1), mending(NOON + 2), violation(NOON + HOUR_MS)], policy)
    assert (pane.to_plain(), standing) == (before, Standing(NOON, {FIRST.hour: 1}))


def test_a_history_is_counted_told_shown_and_swept(book: Book) -> None:
    policy = EscalationPolicy((Rule("repeat", 3, 2, 24),))
    stream = [violation(NOON + number, listing=f"L-{number % 2}") for number in range(300)]
    stream += [mending(NOON + HOUR_MS, "L-1"), violation(NOON - 5, listing="L-9", who=OTHER)]
    changes = applied_all(book, [*stream, *stream], policy)
    assert [each.rule.name for change in changes for each in change.escalations] == ["repeat"]
    shown = profile(book, WHO, NOON + HOUR_MS)
    assert shown is not None
    day = shown.windows["24h"]
    assert (day.violations, day.open, day.listings) == (300, 150, 2)
    assert len(shown.reports) == 1
    swept = sweep(book, WHO, NOON + 2 * KEPT_MS)
    assert swept is not None
    swept.apply(book)
    assert list(book.offenders()) == [OTHER]
    assert book.pane(WHO, FIRST) is None
    assert consider(book, violation(NOON), policy).effect == "counted"


def is_pane(found: Pane | None, pane: Pane) -> bool:
    """Whether they say the same; lists may have been tuples."""
    return found is not None and found.to_plain() == pane.to_plain()
