"""When events are meant to be sent."""

from itertools import pairwise
from statistics import fmean

import pytest

from detector.bench.arrivals import Arrivals, due_times


def test_even_arrivals_lie_at_equal_distances() -> None:
    assert due_times(Arrivals.EVEN, 4.0, 4, seed=1) == [0.0, 0.25, 0.5, 0.75]


def test_poisson_arrivals_have_the_rate_in_the_mean_and_gaps_that_vary_as_much() -> None:
    due = due_times(Arrivals.POISSON, 200.0, 20_000, seed=1)
    gaps = [later - earlier for earlier, later in pairwise(due)]
    assert due == sorted(due)
    assert fmean(gaps) == pytest.approx(1 / 200, rel=0.03)
    # Of exponential gaps 1/e are longer than their mean; of even ones none are.
    assert sum(gap > 1 / 200 for gap in gaps) / len(gaps) == pytest.approx(0.368, abs=0.02)


def test_the_same_seed_gives_the_same_times_and_another_seed_others() -> None:
    first, again, other = (due_times(Arrivals.POISSON, 10.0, 50, seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize("arrivals", Arrivals)
@pytest.mark.parametrize("count", [0, 1, 7])
def test_there_are_as_many_as_asked_for_and_the_first_is_due_at_once(arrivals: Arrivals, count: int) -> None:
    due = due_times(arrivals, 10.0, count, seed=1)
    assert len(due) == count
    assert due[:1] == [0.0][:count]
