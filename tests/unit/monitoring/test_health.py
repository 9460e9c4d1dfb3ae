"""Alive and ready, as values."""

import pytest

from detector.clock import ManualClock
from detector.monitoring.health import Health


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def health(clock: ManualClock) -> Health:
    return Health(clock, stale_seconds=30)


def test_a_worker_that_has_not_begun_to_turn_is_alive(health: Health) -> None:
    assert health.stuck() == []


def test_a_loop_that_has_not_turned_for_long_is_stuck_and_named(health: Health, clock: ManualClock) -> None:
    health.beat("reader")
    clock.advance(20)
    health.beat("coordinator")
    clock.advance(11)
    assert health.stuck() == ["reader"]
    health.beat("reader")
    assert health.stuck() == []


def test_a_loop_is_not_stuck_at_the_limit(health: Health, clock: ManualClock) -> None:
    health.beat("reader")
    clock.advance(30)
    assert health.stuck() == []


def test_ready_means_model_warm_and_group_joined(health: Health) -> None:
    assert health.missing() == ["group", "model"]
    health.achieved("model")
    assert health.missing() == ["group"]
    health.achieved("group")
    assert health.missing() == []


def test_a_stopping_worker_is_not_ready_any_more(health: Health) -> None:
    health.achieved("model")
    health.achieved("group")
    health.unready()
    assert health.missing() == ["running"]


def test_a_condition_that_no_longer_holds_is_waited_for_again(clock: ManualClock) -> None:
    health = Health(clock, conditions=("group", "tables"))
    for condition in ("group", "tables"):
        health.achieved(condition)
    assert health.missing() == []
    health.lost("tables")
    assert health.missing() == ["tables"]
