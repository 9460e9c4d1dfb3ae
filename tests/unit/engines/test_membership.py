"""When a consumer that owns nothing waits on, and when only a new one helps."""

import pytest

from detector.clock import ManualClock
from detector.engines.kafka.membership import ASK_AFTER_SECONDS, GIVE_UP_AFTER_SECONDS, Membership
from detector.errors import Restart


class Group:
    """A consumer whose coordinator answers, or not."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.answers = True
        self.asked = 0
        self.membership = Membership(self.clock, self._ask)

    def _ask(self) -> bool:
        self.asked += 1
        return self.answers

    def turns(self, seconds: float) -> None:
        for _ in range(int(seconds)):
            self.clock.advance(1)
            self.membership.check()


@pytest.fixture
def group() -> Group:
    return Group()


def test_a_member_with_partitions_is_not_asked_about(group: Group) -> None:
    group.membership.joined()
    group.answers = False
    group.turns(600)
    assert group.asked == 0


def test_a_rebalance_may_take_its_moment(group: Group) -> None:
    group.membership.joined()
    group.membership.lost()
    group.turns(ASK_AFTER_SECONDS - 1)
    assert group.asked == 0


def test_a_member_that_rightly_owns_nothing_stays(group: Group) -> None:
    group.turns(3600)
    assert group.asked > 100


def test_a_lost_member_whose_coordinator_never_answers_gives_up(group: Group) -> None:
    group.membership.joined()
    group.membership.lost()
    group.answers = False
    with pytest.raises(Restart, match="coordinator"):
        group.turns(ASK_AFTER_SECONDS + GIVE_UP_AFTER_SECONDS + 4)
    assert group.asked > 5


def test_so_does_one_that_never_joined(group: Group) -> None:
    group.answers = False
    with pytest.raises(Restart):
        group.turns(ASK_AFTER_SECONDS + GIVE_UP_AFTER_SECONDS + 4)


def test_one_answer_is_enough_to_wait_on(group: Group) -> None:
    for _ in range(20):
        group.answers = False
        group.turns(GIVE_UP_AFTER_SECONDS - 3)
        group.answers = True
        group.turns(3)


def test_losing_the_same_partitions_twice_does_not_begin_the_wait_anew(group: Group) -> None:
    group.answers = False
    group.membership.joined()

    def lose_again_and_again() -> None:
        for _ in range(20):
            group.membership.lost()
            group.turns(3)

    with pytest.raises(Restart):
        lose_again_and_again()


def test_partitions_end_the_doubt(group: Group) -> None:
    group.answers = False
    group.turns(ASK_AFTER_SECONDS + GIVE_UP_AFTER_SECONDS - 2)
    group.membership.joined()
    group.turns(600)
    group.membership.lost()
    group.turns(ASK_AFTER_SECONDS + GIVE_UP_AFTER_SECONDS - 2)
