"""Offsets on their way to the reader."""

from detector.engines.kafka.commits import PendingCommits
from tests.samples import BOOKINGS, LISTINGS


def test_the_newest_offset_of_each_partition_is_taken_once() -> None:
    pending = PendingCommits()
    pending.add({LISTINGS: 3, BOOKINGS: 9})
    pending.add({LISTINGS: 5})
    assert pending.take() == {LISTINGS: 5, BOOKINGS: 9}
    assert pending.take() == {}


def test_partitions_that_went_elsewhere_are_not_committed() -> None:
    pending = PendingCommits()
    pending.add({LISTINGS: 3, BOOKINGS: 9})
    pending.forget([BOOKINGS])
    assert pending.take() == {LISTINGS: 3}
