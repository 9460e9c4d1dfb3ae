"""Too many dead letters stop the worker."""

import pytest

from detector.deadletters import BrakeFill, BrakePolicy, DeadLetterBrake
from detector.errors import BrakePulled


def count(brake: DeadLetterBrake, fates: str) -> None:
    """`x` is a dead letter, `.` a verdict."""
    for fate in fates:
        brake.count(dead=fate == "x")


@pytest.mark.parametrize("fates", ["xx", "xx.xx.xx", ".x.x.x"], ids=["too few", "interrupted", "every other"])
def test_dead_letters_that_do_not_reach_the_limit_in_a_row_are_let_pass(fates: str) -> None:
    count(DeadLetterBrake(BrakePolicy(consecutive=3, share=1.0)), fates)


def test_the_limit_in_a_row_pulls_the_brake_and_says_what_to_do() -> None:
    brake = DeadLetterBrake(BrakePolicy(consecutive=3))
    count(brake, "xx.xx")
    with pytest.raises(BrakePulled, match=r"3 records in a row could not be judged.*__connect.errors.*start again"):
        brake.count(dead=True)


def test_a_share_above_the_limit_pulls_the_brake_once_enough_records_were_seen() -> None:
    brake = DeadLetterBrake(BrakePolicy(consecutive=100, share=0.5, window=10))
    count(brake, "xxxxxx...")
    with pytest.raises(BrakePulled, match="60% of the last 10 records"):
        brake.count(dead=False)


def test_a_share_of_exactly_the_limit_is_let_pass() -> None:
    count(DeadLetterBrake(BrakePolicy(consecutive=100, share=0.5, window=10)), "x." * 50)


def test_old_dead_letters_are_forgotten() -> None:
    brake = DeadLetterBrake(BrakePolicy(consecutive=100, share=0.5, window=4))
    for _ in range(20):
        count(brake, "xx....")


def test_the_share_counts_recent_records_however_many_good_ones_came_before() -> None:
    brake = DeadLetterBrake(BrakePolicy(consecutive=100, share=0.5, window=4))
    count(brake, "." * 1000 + "xx")
    with pytest.raises(BrakePulled, match="75% of the last 4"):
        brake.count(dead=True)


@pytest.mark.parametrize(
    "wrong", [{"consecutive": 0}, {"window": 0}, {"share": 0.0}, {"share": 1.1}, {"share": -1}], ids=str
)
def test_a_policy_that_is_no_brake_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="is no brake"):
        BrakePolicy(**wrong)


@pytest.mark.parametrize(
    ("fates", "fill"),
    [
        pytest.param("", BrakeFill(0.0, 0.0), id="nothing yet"),
        pytest.param("xx", BrakeFill(0.5, 0.4), id="on the way to both limits"),
        pytest.param("xx.", BrakeFill(0.0, 0.4), id="the row was broken"),
        pytest.param("." * 10 + "xxx", BrakeFill(0.75, 0.6), id="of the window only"),
    ],
)
def test_how_near_it_is_can_be_told_before_it_is_pulled(fates: str, fill: BrakeFill) -> None:
    brake = DeadLetterBrake(BrakePolicy(consecutive=4, share=0.5, window=10))
    count(brake, fates)
    assert brake.fill == fill


def test_a_pulled_brake_is_full() -> None:
    brake = DeadLetterBrake(BrakePolicy(consecutive=3))
    with pytest.raises(BrakePulled):
        count(brake, "xxx")
    assert brake.fill.consecutive == 1.0
