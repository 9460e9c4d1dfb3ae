"""One budget for everything that has to be done in it."""

from detector.clock import ManualClock
from detector.engines.deadline import Deadline


def test_each_step_gets_what_the_steps_before_it_left() -> None:
    clock = ManualClock()
    deadline = Deadline(clock, 10)
    clock.advance(4)
    assert deadline.remaining == 6
    assert not deadline.passed


def test_a_passed_deadline_has_nothing_left_and_never_less() -> None:
    clock = ManualClock()
    deadline = Deadline(clock, 1)
    clock.advance(60)
    assert deadline.remaining == 0
    assert deadline.passed


def test_no_budget_is_passed_at_once() -> None:
    assert Deadline(ManualClock(), 0).passed
