"""What measured values come to."""

import pytest

from detector.bench.samples import ENOUGH, Latency, Spread


def test_a_spread_is_the_median_of_the_rounds_between_their_extremes() -> None:
    assert Spread.of([5.0, 1.0, 2.0]) == Spread(2.0, 1.0, 5.0)
    assert Spread.of([]) is None


def test_percentiles_are_of_all_samples_together_and_the_rounds_are_kept_apart_beside_them() -> None:
    calm, rough = [float(value) for value in range(1, 101)], [float(value) for value in range(101, 201)]
    latency = Latency.of([calm, rough])
    assert latency is not None
    assert (latency.samples, latency.p50, latency.p99) == (200, 100.0, 198.0)
    assert latency.p50_of_rounds == Spread(100.0, 50.0, 150.0)
    assert latency.p99_of_rounds == Spread(149.0, 99.0, 199.0)


def test_a_round_without_samples_is_left_out() -> None:
    latency = Latency.of([[], [3.0]])
    assert latency is not None
    assert latency.p50_of_rounds == Spread(3.0, 3.0, 3.0)
    assert Latency.of([[], []]) is None


@pytest.mark.parametrize(("samples", "thin"), [(ENOUGH - 1, True), (ENOUGH, False)])
def test_a_p99_of_too_few_samples_is_known_to_be(samples: int, thin: bool) -> None:  # noqa: FBT001
    latency = Latency.of([[1.0] * samples])
    assert latency is not None
    assert latency.thin is thin
