"""Bounded memory between reading and delivery."""

from threading import Thread

import pytest

from detector.engines.room import Room


@pytest.mark.parametrize(
    ("records", "size", "full"),
    [
        pytest.param(9, 99, False, id="below both"),
        pytest.param(10, 1, True, id="as many records as allowed"),
        pytest.param(1, 100, True, id="as many bytes as allowed"),
        pytest.param(50, 5000, True, id="one read may overshoot"),
    ],
)
def test_there_is_room_below_both_bounds(records: int, size: int, full: bool) -> None:  # noqa: FBT001
    room = Room(10, 100)
    room.enter(records, size)
    assert room.is_full is full
    assert room.wait(timeout=0) is not full


def test_what_leaves_makes_room() -> None:
    room = Room(10, 100)
    room.enter(10, 100)
    room.leave(1, 1)
    assert not room.is_full


def test_a_reader_that_waits_is_woken_by_what_leaves() -> None:
    room = Room(10, 100)
    room.enter(10, 10)
    answers: list[bool] = []
    reader = Thread(target=lambda: answers.append(room.wait(timeout=30)))
    reader.start()
    room.leave(5, 5)
    reader.join(timeout=30)
    assert answers == [True]
