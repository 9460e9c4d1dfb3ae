"""How far behind a worker is, in records and in seconds."""

from detector.engines.backlog import Backlog
from detector.observing import Lag
from detector.records import Partition, Position

FIRST, SECOND = Partition("listings", 0), Partition("listings", 1)


def read(backlog: Backlog, partition: Partition, *written: float, offset: int = 0) -> None:
    for number, moment in enumerate(written, start=offset):
        backlog.read(Position(partition, number), moment)


def test_a_partition_that_was_not_read_from_has_no_lag_to_tell() -> None:
    assert Backlog().lag({FIRST: 10}, now=100.0) == {}


def test_it_is_counted_from_the_first_record_read_to_the_end() -> None:
    backlog = Backlog()
    read(backlog, FIRST, 90.0, 95.0, offset=7)
    assert backlog.lag({FIRST: 20}, now=100.0) == {FIRST: Lag(13, 10.0)}


def test_what_is_delivered_is_no_longer_behind() -> None:
    backlog = Backlog()
    read(backlog, FIRST, 90.0, 95.0)
    read(backlog, SECOND, 99.0)
    backlog.delivered({FIRST: 1})
    assert backlog.lag({FIRST: 2, SECOND: 1}, now=100.0) == {FIRST: Lag(1, 5.0), SECOND: Lag(1, 1.0)}


def test_a_quiet_topic_grows_no_older_though_a_transactions_marker_is_never_read() -> None:
    backlog = Backlog()
    read(backlog, FIRST, 90.0)
    backlog.delivered({FIRST: 1})
    assert backlog.lag({FIRST: 2}, now=1_000_000.0) == {FIRST: Lag(1, 0.0)}


def test_a_record_of_the_future_is_not_behind_by_less_than_nothing() -> None:
    backlog = Backlog()
    read(backlog, FIRST, 105.0)
    assert backlog.lag({FIRST: 0}, now=100.0) == {FIRST: Lag(0, 0.0)}


def test_what_went_to_another_worker_is_its_to_tell_though_a_delivery_still_ends() -> None:
    backlog = Backlog()
    read(backlog, FIRST, 90.0)
    read(backlog, SECOND, 90.0)
    backlog.forget([FIRST])
    backlog.delivered({FIRST: 1})
    assert backlog.lag({FIRST: 1, SECOND: 1}, now=100.0) == {SECOND: Lag(1, 10.0)}


def test_a_partition_that_comes_back_is_counted_from_where_it_is_read_again() -> None:
    backlog = Backlog()
    read(backlog, FIRST, 90.0, 91.0, 92.0)
    backlog.forget([FIRST])
    read(backlog, FIRST, 91.0, offset=1)
    assert backlog.next_offsets == {FIRST: 1}
    assert backlog.lag({FIRST: 3}, now=100.0) == {FIRST: Lag(2, 9.0)}
