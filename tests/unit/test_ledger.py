"""Which offsets may be committed, and in what order outcomes leave."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from detector.events import EventKind
from detector.ledger import Entry, Ledger
from detector.outcomes import Destination, Outcome
from detector.records import Partition, Position

FIRST, SECOND = Partition("listing-updates", 0), Partition("listing-updates", 1)


def settle(entry: Entry) -> None:
    entry.outcome = Outcome(
        entry.position, Destination.VERDICTS, EventKind.LISTING_UPDATE, b"L-1", b"{}", (), entry.weight
    )


def opened(ledger: Ledger, partition: Partition, *offsets: int) -> list[Entry]:
    return [ledger.open(Position(partition, offset), weight=1) for offset in offsets]


def test_nothing_leaves_before_it_is_settled() -> None:
    ledger = Ledger()
    opened(ledger, FIRST, 0, 1)
    delivery = ledger.take(10)
    assert not delivery.outcomes
    assert not delivery.offsets
    assert len(ledger) == 2


def test_an_offset_is_not_committed_past_a_record_that_is_not_settled() -> None:
    ledger = Ledger()
    zero, one, two = opened(ledger, FIRST, 0, 1, 2)
    settle(zero)
    settle(two)
    assert ledger.take(10).offsets == {FIRST: 1}
    assert ledger.take(10).offsets == {}
    settle(one)
    assert ledger.take(10).offsets == {FIRST: 3}
    assert len(ledger) == 0


def test_a_slow_record_holds_up_its_own_partition_only() -> None:
    ledger = Ledger()
    opened(ledger, FIRST, 7)
    (other,) = opened(ledger, SECOND, 3)
    settle(other)
    assert ledger.take(10).offsets == {SECOND: 4}


def test_the_committed_offset_is_the_next_to_read_also_behind_a_gap() -> None:
    ledger = Ledger()
    for entry in opened(ledger, FIRST, 5, 9):
        settle(entry)
    assert ledger.take(10).offsets == {FIRST: 10}


def test_a_limit_splits_what_is_settled_without_losing_its_order() -> None:
    ledger = Ledger()
    for entry in opened(ledger, FIRST, 0, 1, 2):
        settle(entry)
    first, second = ledger.take(2), ledger.take(2)
    assert [outcome.position.offset for outcome in [*first.outcomes, *second.outcomes]] == [0, 1, 2]
    assert (first.offsets, second.offsets) == ({FIRST: 2}, {FIRST: 3})


def test_forgotten_partitions_leave_no_trace_and_their_entries_are_marked() -> None:
    ledger = Ledger()
    mine = opened(ledger, FIRST, 0, 1)
    (kept,) = opened(ledger, SECOND, 0)
    settle(mine[0])
    assert ledger.forget([FIRST, Partition("never seen", 0)]) == mine
    assert [entry.dropped for entry in [*mine, kept]] == [True, True, False]
    assert ledger.take(10).offsets == {}
    assert len(ledger) == 1


def test_a_partition_that_comes_back_starts_afresh() -> None:
    ledger = Ledger()
    opened(ledger, FIRST, 0)
    ledger.forget([FIRST])
    (again,) = opened(ledger, FIRST, 0)
    settle(again)
    assert ledger.take(10).offsets == {FIRST: 1}


@given(st.lists(st.tuples(st.sampled_from([FIRST, SECOND]), st.booleans()), max_size=40), st.randoms(), st.data())
def test_whatever_the_order_of_settling_each_partition_leaves_in_the_order_it_was_read(
    reads: list[tuple[Partition, bool]], random: Random, data: st.DataObject
) -> None:
    ledger = Ledger()
    entries = [ledger.open(Position(partition, offset), 1) for offset, (partition, _) in enumerate(reads)]
    order = list(entries)
    random.shuffle(order)
    left: dict[Partition, list[int]] = {FIRST: [], SECOND: []}
    settled: set[Position] = set()
    for entry in order:
        settle(entry)
        settled.add(entry.position)
        delivery = ledger.take(data.draw(st.integers(1, 5)))
        for outcome in delivery.outcomes:
            left[outcome.position.partition].append(outcome.position.offset)
        for partition, committed in delivery.offsets.items():
            before = {each.position for each in entries if each.position.partition == partition}
            assert {each for each in before if each.offset < committed} <= settled
    while (delivery := ledger.take(3)).outcomes:
        for outcome in delivery.outcomes:
            left[outcome.position.partition].append(outcome.position.offset)
    for partition, offsets in left.items():
        assert offsets == [entry.position.offset for entry in entries if entry.position.partition == partition]


def test_entries_are_told_apart_by_identity_not_by_position() -> None:
    ledger = Ledger()
    one, two = opened(ledger, FIRST, 0, 0)
    assert one != two
