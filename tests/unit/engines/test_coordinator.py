"""The coordinator, driven by hand: signals go in, work for the other threads comes out."""

from queue import Empty
from threading import Event

import pytest

from detector.deadletters import BrakePolicy
from detector.engines.kafka.cadence import LONGEST_SECONDS
from detector.engines.kafka.signals import (
    Assigned,
    Crashed,
    Delivered,
    HeldBack,
    Polled,
    Refused,
    Revoked,
    StopRequested,
    Watermarks,
)
from detector.errors import BrakePulled
from detector.records import Partition, Position, Record
from tests.unit.engines.bench import EVENT, FIRST, SECOND, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_record_goes_to_the_model_then_to_the_sink_and_its_offset_with_it(bench: Bench) -> None:
    bench.assign(FIRST)
    bench.read(FIRST, 7)
    bench.score_one()
    bench.deliver_one()
    assert bench.offsets == [7]
    assert bench.sink.committed == {FIRST: 8}
    assert not bench.room.is_full


def test_while_one_batch_is_read_the_next_is_handed_over_only_when_it_is_due(bench: Bench) -> None:
    bench.assign(FIRST)
    bench.read(FIRST, 0)
    bench.read(FIRST, 1)
    assert bench.scoring.requests.qsize() == 1
    bench.clock.advance(0.006)
    bench.read(FIRST, 2)
    assert bench.scoring.requests.qsize() == 2
    bench.clock.advance(1.0)
    bench.read(FIRST, 3)
    assert bench.scoring.requests.qsize() == 2


def test_with_two_readers_two_batches_are_read_and_a_third_waits() -> None:
    bench = Bench(readers=2)
    bench.assign(FIRST)
    for offset in range(9):
        bench.clock.advance(0.006)
        bench.read(FIRST, offset)
    assert bench.scoring.requests.qsize() == 3
    bench.score_one()
    assert bench.scoring.requests.qsize() == 3


def test_one_delivery_is_under_way_at_a_time_and_the_next_takes_all_that_settled_meanwhile(bench: Bench) -> None:
    bench.assign(FIRST)
    for offset in range(3):
        bench.read(FIRST, offset)
        bench.score_one()
    assert bench.delivering.requests.qsize() == 1
    bench.deliver_one()
    bench.deliver_one()
    assert bench.offsets == [0, 1, 2]


def deliver_as_long_as_it_may(bench: Bench) -> None:
    """So many deliveries of ten milliseconds that the next has to wait."""
    bench.assign(FIRST)
    for offset in range(6):
        bench.clock.advance(0.001)
        bench.read(FIRST, offset)
        bench.score_one()
        bench.deliver_one()


def test_deliveries_that_would_take_most_of_the_time_wait_for_company(bench: Bench) -> None:
    deliver_as_long_as_it_may(bench)
    for offset in (6, 7):
        bench.read(FIRST, offset)
        bench.score_one()
    assert bench.delivering.requests.empty()
    bench.clock.advance(LONGEST_SECONDS + 0.001)
    bench.tell()
    assert [outcome.position.offset for outcome in bench.order().delivery.outcomes] == [6, 7]


def test_what_waits_for_company_is_delivered_at_once_when_somebody_waits_for_it(bench: Bench) -> None:
    deliver_as_long_as_it_may(bench)
    bench.read(FIRST, 6)
    bench.score_one()
    assert bench.delivering.requests.empty()
    bench.tell(Revoked(frozenset({FIRST}), lost=False, released=Event()))
    assert [outcome.position.offset for outcome in bench.order().delivery.outcomes] == [6]


def test_a_stop_waits_for_no_company(bench: Bench) -> None:
    deliver_as_long_as_it_may(bench)
    bench.read(FIRST, 6)
    bench.score_one()
    bench.tell(StopRequested())
    assert not bench.deliver_one(), "all is delivered"


def test_a_record_of_a_partition_that_is_not_owned_is_dropped_and_leaves_the_room(bench: Bench) -> None:
    bench.assign(FIRST)
    bench.read(SECOND, 0)
    assert bench.scoring.requests.empty()
    bench.read(FIRST, *range(999))
    assert not bench.room.is_full
    bench.read(FIRST, 999)
    assert bench.room.is_full


def test_a_revoked_partition_is_released_once_what_was_settled_is_delivered(bench: Bench) -> None:
    bench.assign(FIRST, SECOND)
    bench.read(FIRST, 0)
    bench.score_one()
    bench.read(FIRST, 1)
    released = Event()
    bench.tell(Revoked(frozenset({FIRST}), lost=False, released=released))
    assert not released.is_set(), "offset 0 is being written"
    bench.deliver_one()
    assert released.is_set()
    assert bench.sink.committed == {FIRST: 1}
    bench.score_one()
    with pytest.raises(Empty):
        bench.order()


def test_before_a_release_all_that_is_settled_is_delivered_in_order_even_after_a_refusal(bench: Bench) -> None:
    bench.assign(FIRST)
    for offset in (0, 1):
        bench.read(FIRST, offset)
        bench.score_one()
    bench.read(FIRST, 2)
    released = Event()
    bench.tell(Revoked(frozenset({FIRST}), lost=False, released=released))
    bench.tell(Refused(bench.order().delivery))
    bench.deliver_one()
    assert not released.is_set()
    bench.deliver_one()
    assert released.is_set()
    assert bench.offsets == [0, 1]
    assert bench.sink.committed == {FIRST: 2}


def test_a_lost_partition_is_dropped_at_once_and_its_refused_delivery_not_repeated(bench: Bench) -> None:
    bench.assign(FIRST, SECOND)
    bench.read(FIRST, 0)
    bench.score_one()
    bench.read(SECOND, 5)
    bench.score_one()
    order = bench.order()
    released = Event()
    bench.tell(Revoked(frozenset({FIRST}), lost=True, released=released))
    assert released.is_set()
    bench.tell(Refused(order.delivery))
    bench.deliver_one()
    assert bench.sink.committed == {SECOND: 6}


def test_what_was_refused_of_a_partition_that_was_lost_and_came_back_is_not_delivered_twice(bench: Bench) -> None:
    bench.assign(FIRST, SECOND)
    bench.read(FIRST, 0)
    bench.score_one()
    bench.read(SECOND, 0)
    bench.score_one()
    refused = bench.order()
    assert set(refused.delivery.offsets) == {FIRST}
    bench.tell(Revoked(frozenset({FIRST, SECOND}), lost=True, released=Event()))
    bench.assign(FIRST, SECOND, group="generation 2")
    bench.read(FIRST, 0)
    bench.tell(Refused(refused.delivery))
    bench.score_one()
    bench.deliver_one()
    assert bench.offsets == [0]
    assert bench.sink.committed == {FIRST: 1}
    assert bench.delivering.requests.empty()


def test_a_refused_delivery_goes_first_and_under_the_newest_generation(bench: Bench) -> None:
    bench.assign(FIRST)
    bench.read(FIRST, 0)
    bench.score_one()
    refused = bench.order()
    bench.read(FIRST, 1)
    bench.score_one()
    bench.tell(Assigned(frozenset(), "generation 2"), Refused(refused.delivery))
    again = bench.order()
    assert again.group == "generation 2"
    assert [outcome.position.offset for outcome in again.delivery.outcomes] == [0]
    bench.sink.deliver(again.delivery, again.group)
    bench.tell(Delivered(again.delivery, 0.01))
    bench.deliver_one()
    assert bench.offsets == [0, 1]


def test_a_stop_waits_until_everything_in_flight_is_delivered(bench: Bench) -> None:
    bench.assign(FIRST)
    bench.read(FIRST, 0)
    assert bench.tell(StopRequested())
    assert bench.reader.held
    assert bench.score_one()
    assert not bench.deliver_one()
    assert bench.offsets == [0]


def test_a_stop_ends_when_its_budget_is_spent(bench: Bench) -> None:
    bench.assign(FIRST)
    bench.read(FIRST, 0)
    bench.tell(StopRequested())
    bench.clock.advance(21.0)
    assert not bench.tell(Watermarks({}))


def test_a_second_request_stops_at_once(bench: Bench) -> None:
    bench.assign(FIRST)
    bench.read(FIRST, 0)
    bench.tell(StopRequested())
    assert not bench.tell(StopRequested())


def test_a_thread_that_died_ends_the_worker_with_its_error(bench: Bench) -> None:
    with pytest.raises(ZeroDivisionError):
        bench.tell(Crashed("scoring", ZeroDivisionError()))


def test_the_brake_ends_the_worker_and_leaves_what_pulled_it_undelivered() -> None:
    bench = Bench(BrakePolicy(consecutive=3))
    bench.assign(FIRST)
    with pytest.raises(BrakePulled):
        bench.read(FIRST, 0, 1, 2, value=b"broken")
    assert bench.sink.committed == {}


def test_a_worker_that_ends_in_the_middle_of_a_rebalance_lets_it_go_on(bench: Bench) -> None:
    bench.assign(FIRST, SECOND)
    bench.read(FIRST, 0)
    bench.score_one()
    waiting, unheard = Event(), Event()
    bench.tell(Revoked(frozenset({FIRST}), lost=False, released=waiting))
    bench.inbox.put(Revoked(frozenset({SECOND}), lost=False, released=unheard))
    assert not waiting.is_set()
    bench.coordinator.release_all()
    assert waiting.is_set()
    assert unheard.is_set()


def test_a_pause_for_want_of_memory_shows_in_the_metrics_until_it_is_over(bench: Bench) -> None:
    shown = []
    for paused in (True, False):
        bench.tell(HeldBack(paused))
        shown.append(bench.observer.registry.get_sample_value("detector_reading_paused"))
    assert shown == [1, 0]


def test_lag_is_what_stands_between_the_end_and_the_committed_offset(bench: Bench) -> None:
    bench.assign(FIRST, SECOND)
    bench.read(FIRST, 10)
    bench.tell(Watermarks({FIRST: 15, SECOND: 99}))

    def lag() -> float | None:
        labels = {"topic": "listings", "partition": "0"}
        return bench.observer.registry.get_sample_value("detector_lag_records", labels)

    assert lag() == 5
    bench.score_one()
    bench.deliver_one()
    bench.tell(Watermarks({FIRST: 15}))
    assert lag() == 4


def test_lag_in_seconds_is_the_age_of_the_oldest_record_read_and_not_delivered(bench: Bench) -> None:
    bench.assign(FIRST)
    written = round(bench.clock.now().timestamp() * 1000)
    for offset, earlier in ((0, 3_000), (1, 1_000)):
        bench.tell(Polled([Record(Position(FIRST, offset), b"k", EVENT, timestamp_ms=written - earlier)]))
        bench.score_one()

    def age() -> float | None:
        bench.tell(Watermarks({FIRST: 2}))
        labels = {"topic": "listings", "partition": "0"}
        return bench.observer.registry.get_sample_value("detector_lag_seconds", labels)

    assert age() == 3
    bench.deliver_one()
    assert age() == 1
    bench.deliver_one()
    assert age() == 0


def test_how_near_the_brake_is_shows_before_it_is_pulled() -> None:
    bench = Bench(BrakePolicy(consecutive=4, share=1.0, window=10))
    bench.assign(FIRST)
    bench.read(FIRST, 0, 1, 2, value=b"broken")
    shown = bench.observer.registry.get_sample_value
    assert shown("detector_brake_fill_ratio", {"limit": "consecutive"}) == 0.75
    assert shown("detector_brake_fill_ratio", {"limit": "share"}) == 0.3


def test_time_at_work_is_told_for_reading_and_for_delivering_whatever_came_of_it(bench: Bench) -> None:
    bench.assign(FIRST)
    bench.tell(Polled([Record(Position(FIRST, 0), b"k", EVENT)], seconds=0.25))
    bench.score_one()
    bench.tell(Refused(bench.order().delivery, seconds=0.5))
    bench.tell(Delivered(bench.order().delivery, seconds=1.0))
    busy = {
        part: bench.observer.registry.get_sample_value("detector_busy_seconds_total", {"part": part})
        for part in ("read", "deliver")
    }
    assert busy == {"read": 0.25, "deliver": 1.5}


def test_a_rebalance_is_counted_when_it_is_over(bench: Bench) -> None:
    bench.assign(FIRST, SECOND)
    bench.tell(Revoked(frozenset({FIRST, SECOND}), lost=False, released=Event()))
    bench.assign(FIRST)
    assert bench.observer.registry.get_sample_value("detector_rebalances_total") == 2
    assert bench.observer.registry.get_sample_value("detector_assigned_partitions") == 1


def test_while_many_records_are_prepared_the_model_and_the_sink_have_work() -> None:
    bench = Bench(slow_texts=True)
    bench.assign(FIRST)
    bench.read(FIRST, *range(10))
    assert bench.scoring.requests.qsize() == 1, "the first few of ten are at the model"
    assert bench.coordinator._patience() == 0, "the others are not kept waiting for a signal"
    bench.score_one()
    bench.deliver_one()
    assert bench.offsets == [0, 1, 2]
    settle_all(bench)
    assert bench.offsets == list(range(10))


def test_what_was_only_read_of_a_revoked_partition_is_left_to_its_next_owner() -> None:
    bench = Bench(slow_texts=True)
    bench.assign(FIRST, SECOND)
    bench.tell(polled(bench, FIRST, *range(3)), polled(bench, FIRST, 3, 4), polled(bench, SECOND, *range(2)))
    released = Event()
    bench.tell(Revoked(frozenset({FIRST}), lost=False, released=released))
    assert released.is_set()
    bench.assign(FIRST, group="generation 2")
    bench.read(FIRST, 0)
    settle_all(bench)
    assert [(outcome.position.partition, outcome.position.offset) for outcome in bench.sink.written] == [
        (SECOND, 0),
        (SECOND, 1),
        (FIRST, 0),
    ]


def test_a_stop_leaves_what_was_only_read_to_the_next_worker() -> None:
    bench = Bench(slow_texts=True)
    bench.assign(FIRST)
    bench.read(FIRST, *range(990))
    assert bench.tell(StopRequested())
    bench.score_one()
    bench.read(FIRST, 990)
    assert not bench.deliver_one()
    assert bench.sink.committed == {FIRST: 3}
    bench.room.enter(999, 0)
    assert not bench.room.is_full


def polled(bench: Bench, partition: Partition, *offsets: int) -> Polled:
    records = [Record(Position(partition, offset), b"k", EVENT) for offset in offsets]
    bench.room.enter(len(records), sum(record.size for record in records))
    return Polled(records)


def settle_all(bench: Bench) -> None:
    """Score and deliver until nothing is left to do."""
    bench.tell()
    while bench.scoring.requests.qsize() or bench.delivering.requests.qsize():
        if bench.scoring.requests.qsize():
            bench.score_one()
        if bench.delivering.requests.qsize():
            bench.deliver_one()
