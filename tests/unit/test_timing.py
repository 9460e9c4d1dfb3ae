"""What a run is expected to take, learnt from runs; and when the model should be free."""

from collections.abc import Callable, Iterator
from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.timing import REMEMBERED, RunTimes, UnderWay

Windows = dict[int, int]
Machine = Callable[[Windows], float]


def machine(fixed: float, per_token: float, per_square: float) -> Machine:
    """A model whose runs take just so long."""

    def seconds(windows: Windows) -> float:
        return sum(
            fixed + count * (per_token * length + per_square * length * length) for length, count in windows.items()
        )

    return seconds


SLOW = machine(1.3e-3, 2.1e-4, 1.5e-7)
FAST = machine(6e-4, 1.5e-5, 4e-8)
OVERHEAD = machine(8e-3, 1e-6, 0.0)
QUADRATIC = machine(1e-3, 2e-5, 1e-6)


def batches(seed: int) -> Iterator[Windows]:
    """As they come: short messages in company, long ones alone, now and then two lengths together."""
    random = Random(seed)
    while True:
        windows = {random.choice([16, 32, 32, 48, 48]): random.randint(1, 6)}
        yield random.choice([windows, windows, {random.choice([96, 160, 192]): 1}, {**windows, 64: 1}])


def taught(
    times: RunTimes, seconds: Machine, count: int, *, noise: float = 0.0, hiccups: float = 0.0, seed: int = 1
) -> RunTimes:
    random = Random(seed)
    for windows in islice(batches(seed), count):
        disturbed = random.lognormvariate(0, noise) * (20.0 if random.random() < hiccups else 1.0)
        times.learn(windows, seconds(windows) * disturbed)
    return times


def errors(times: RunTimes, seconds: Machine) -> list[float]:
    """Of each kind of run, by how much the prediction is off."""
    kinds = [{16: 1}, {16: 6}, {32: 1}, {32: 4}, {48: 4}, {96: 1}, {192: 1}, {32: 2, 64: 1}]
    return [abs(times.seconds(kind) / seconds(kind) - 1) for kind in kinds]


@pytest.mark.parametrize("seconds", [SLOW, FAST, OVERHEAD, QUADRATIC], ids=["slow", "fast", "overhead", "quadratic"])
@pytest.mark.parametrize("seed", range(3))
def test_what_runs_take_is_learnt_through_noise_and_hiccups(seconds: Machine, seed: int) -> None:
    times = taught(RunTimes(), seconds, 400, noise=0.1, hiccups=0.05, seed=seed)
    assert max(errors(times, seconds)) < 0.3


def test_without_noise_the_parts_are_found_again() -> None:
    times = taught(RunTimes(), SLOW, 1000)
    assert times.fixed == pytest.approx(1.3e-3, rel=0.1)
    for length in (16, 48, 192):
        assert times.each(length) == pytest.approx(SLOW({length: 2}) - SLOW({length: 1}), rel=0.03)


def test_before_any_run_the_prediction_is_that_of_a_common_server() -> None:
    assert 0.001 < RunTimes().seconds({32: 1}) < 0.02
    assert 0.01 < RunTimes().seconds({192: 1}) < 0.1


@pytest.mark.parametrize("seconds", [SLOW, FAST], ids=["slow", "fast"])
def test_a_single_run_already_tells_how_fast_the_machine_is(seconds: Machine) -> None:
    times = RunTimes()
    times.learn({32: 2}, seconds({32: 2}))
    assert times.seconds({32: 2}) == pytest.approx(seconds({32: 2}), rel=0.1)
    assert max(errors(times, seconds)) < 1.0


@pytest.mark.parametrize("factor", [0.25, 3.0])
def test_a_machine_that_changes_its_pace_is_followed_within_the_runs_that_are_remembered(factor: float) -> None:
    times = taught(RunTimes(), SLOW, 200, noise=0.05)
    taught(times, lambda windows: factor * SLOW(windows), REMEMBERED, noise=0.05, seed=2)
    assert max(errors(times, lambda windows: factor * SLOW(windows))) < 0.2


def test_a_run_that_was_interrupted_changes_next_to_nothing() -> None:
    times = taught(RunTimes(), SLOW, 200)
    before = times.seconds({32: 2})
    times.learn({32: 2}, 60.0)
    assert times.seconds({32: 2}) == pytest.approx(before, rel=0.05)


def test_runs_all_alike_are_predicted_though_they_do_not_tell_the_parts_apart() -> None:
    times = RunTimes()
    for _ in range(100):
        times.learn({32: 2}, 0.0142)
    assert times.seconds({32: 2}) == pytest.approx(0.0142, rel=0.02)
    assert times.seconds({32: 1}) < 0.0142 < times.seconds({32: 4})


@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.integers(1, 5000), st.integers(1, 64), min_size=1, max_size=4),
            st.floats(0, 1e4, allow_nan=False),
        ),
        max_size=40,
    )
)
def test_whatever_was_seen_no_part_is_below_nothing_and_more_never_takes_less(
    seen: list[tuple[Windows, float]],
) -> None:
    times = RunTimes()
    for windows, seconds in seen:
        times.learn(windows, seconds)
    assert times.fixed >= 0
    assert 0 <= times.each(32) <= times.each(64)
    assert 0 <= times.seconds({32: 1}) <= times.seconds({32: 2}) <= times.seconds({32: 2, 64: 1}) < float("inf")


def test_a_free_model_is_free_now() -> None:
    assert UnderWay().ends(5.0) == 5.0


def test_what_is_handed_over_is_read_one_after_the_other() -> None:
    work = UnderWay()
    work.begin(1.0, 0.2)
    work.begin(1.1, 0.3)
    assert work.ends(1.1) == pytest.approx(1.5)


def test_what_takes_longer_than_expected_puts_off_the_rest() -> None:
    work = UnderWay()
    work.begin(1.0, 0.2)
    work.begin(1.1, 0.3)
    assert work.ends(2.0) == pytest.approx(2.3)


def test_once_a_batch_is_back_the_next_counts_from_then() -> None:
    work = UnderWay()
    work.begin(1.0, 0.2)
    work.begin(1.1, 0.3)
    work.end(1.6)
    assert work.ends(1.7) == pytest.approx(1.9)
    work.end(1.8)
    assert work.ends(1.9) == 1.9


def test_a_model_that_is_said_to_be_free_is_at_nothing() -> None:
    work = UnderWay()
    work.begin(1.0, 60.0)
    work.clear()
    work.end(1.5)
    assert work.ends(2.0) == 2.0
