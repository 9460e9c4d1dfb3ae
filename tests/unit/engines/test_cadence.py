"""Cadence: how long what is ready waits for company before the next delivery."""

import pytest

from detector.engines.kafka.cadence import BURST_SECONDS, LONGEST_SECONDS, SHARE, Cadence


def test_the_first_deliveries_wait_for_nothing() -> None:
    cadence = Cadence(now=10.0)
    assert cadence.wait(10.0) == 0.0
    cadence.took(BURST_SECONDS - 0.001, 10.1)
    assert cadence.wait(10.1) == 0.0


def test_few_deliveries_never_wait() -> None:
    cadence = Cadence(now=0.0)
    for second in range(1, 200):
        assert cadence.wait(0.08 * second) == 0.0
        cadence.took(0.010, 0.08 * second + 0.010)


def test_deliveries_that_follow_one_another_take_no_more_than_their_share() -> None:
    cadence, now, took = Cadence(now=0.0), 0.0, 0.005
    cadence.took(BURST_SECONDS, now)
    for _ in range(100):
        now += cadence.wait(now) + took
        cadence.took(took, now)
    assert 100 * took / now == pytest.approx(SHARE, rel=0.05)


def test_however_slow_a_delivery_was_the_next_waits_no_longer_than_it_may() -> None:
    cadence = Cadence(now=0.0)
    cadence.took(5.0, 5.0)
    assert cadence.wait(5.0) == pytest.approx(LONGEST_SECONDS)
    assert cadence.wait(5.0 + LONGEST_SECONDS) == pytest.approx(0.0, abs=1e-9)


def test_a_quiet_time_earns_no_more_than_one_burst() -> None:
    cadence = Cadence(now=0.0)
    assert cadence.wait(1000.0) == 0.0
    cadence.took(BURST_SECONDS + 0.001, 1000.0)
    assert cadence.wait(1000.0) > 0.0
