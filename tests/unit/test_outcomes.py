"""Deliveries as values: what belongs to whom, and what it weighs."""

from detector.errors import Reason
from detector.events import EventKind
from detector.outcomes import Delivery, Destination, Outcome
from detector.records import Partition, Position

FIRST, SECOND = Partition("bookings", 0), Partition("bookings", 1)


def outcome(partition: Partition, offset: int, weight: int = 10) -> Outcome:
    return Outcome(
        Position(partition, offset),
        Destination.DEAD_LETTERS,
        EventKind.BOOKING,
        key=b"a guest's key",
        value=b"a guest's words",
        headers=[("note", b"a guest's header")],
        weight=weight,
        reason=Reason.NOT_JSON,
    )


def test_a_delivery_splits_into_mine_and_theirs_with_outcomes_and_offsets_together() -> None:
    whole = Delivery([outcome(FIRST, 0), outcome(SECOND, 8), outcome(FIRST, 1)], {FIRST: 2, SECOND: 9})
    mine, theirs = whole.split({FIRST})
    assert [each.position for each in mine.outcomes] == [Position(FIRST, 0), Position(FIRST, 1)]
    assert mine.offsets == {FIRST: 2}
    assert [each.position for each in theirs.outcomes] == [Position(SECOND, 8)]
    assert theirs.offsets == {SECOND: 9}


def test_a_split_by_nobodys_partitions_keeps_everything_on_one_side() -> None:
    whole = Delivery([outcome(FIRST, 0)], {FIRST: 1})
    mine, theirs = whole.split(set())
    assert (mine.outcomes, mine.offsets) == ([], {})
    assert (theirs.outcomes, theirs.offsets) == (whole.outcomes, whole.offsets)


def test_a_delivery_weighs_what_its_records_held_in_memory() -> None:
    assert Delivery([outcome(FIRST, 0, 5), outcome(FIRST, 1, 7)], {FIRST: 2}).weight == 12


def test_an_outcome_shows_where_it_stands_and_nothing_it_says() -> None:
    shown = repr(outcome(FIRST, 3))
    assert "bookings" in shown
    assert "guest" not in shown
