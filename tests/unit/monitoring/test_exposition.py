"""What changed between two scrapes, and what a histogram says of it."""

import math

import pytest

from detector.monitoring.exposition import Change, Spread, mean, parsed, spread

INFINITE = float("inf")


def scrape(at: float, start: float = 100.0, **counters: float) -> str:
    lines = [f"process_start_time_seconds {start}"]
    lines += [f'{name}{{kind="one"}} {value}' for name, value in counters.items()]
    return "\n".join(lines) + "\n"


def change(earlier: str, later: str, seconds: float = 2.0) -> Change:
    return Change(parsed(earlier, 10.0), parsed(later, 10.0 + seconds))


def histogram(*counts: float, start: float = 100.0) -> str:
    bounds = ("0.1", "0.25", "1.0", "+Inf")
    buckets = "".join(f'h_bucket{{le="{bound}"}} {count}\n' for bound, count in zip(bounds, counts, strict=True))
    return f"process_start_time_seconds {start}\n{buckets}"


def test_what_is_no_exposition_is_refused() -> None:
    with pytest.raises(ValueError, match=r".+"):
        parsed("<html>{</html>", 0.0)


def test_a_counter_grows_by_the_difference() -> None:
    assert change(scrape(0, a_total=5), scrape(2, a_total=8)).increase("a_total") == 3


def test_series_are_told_apart_by_their_labels() -> None:
    earlier = 'a_total{kind="x",label="Fraud"} 1\na_total{kind="x",label="NonFraud"} 10\n'
    later = 'a_total{kind="x",label="Fraud"} 3\na_total{kind="x",label="NonFraud"} 15\n'
    assert change(earlier, later).increase("a_total", label="Fraud") == 2
    assert change(earlier, later).increase("a_total") == 7


def test_a_series_that_was_not_there_before_counts_whole() -> None:
    assert change(scrape(0), scrape(2, a_total=4)).increase("a_total") == 4


def test_a_metric_that_is_not_there_has_not_grown() -> None:
    assert change(scrape(0), scrape(2)).increase("a_total") == 0


@pytest.mark.parametrize("later", [3, 9], ids=["less than before", "more than before, which hides it"])
def test_after_a_restart_a_counter_counts_from_zero(later: float) -> None:
    assert change(scrape(0, start=100, a_total=5), scrape(2, start=101, a_total=later)).increase("a_total") == later


def test_a_counter_that_fell_tells_of_a_restart_by_itself() -> None:
    assert change("a_total 5\n", "a_total 3\n").increase("a_total") == 3


def test_one_bucket_that_fell_means_that_none_is_compared_with_before() -> None:
    grown = spread([change(histogram(5, 6, 8, 10), histogram(3, 7, 9, 12))], "h")
    assert grown.counts == {0.1: 3, 0.25: 7, 1.0: 9, INFINITE: 12}


def test_histograms_of_several_workers_are_one() -> None:
    one = change(histogram(0, 0, 0, 0), histogram(1, 2, 3, 3))
    other = change(histogram(5, 5, 5, 5), histogram(5, 5, 6, 7))
    assert spread([one, other], "h").counts == {0.1: 1, 0.25: 2, 1.0: 4, INFINITE: 5}


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        pytest.param(0.25, 0.05, id="half-way into the first bucket"),
        pytest.param(0.5, 0.1, id="on its bound"),
        pytest.param(0.75, 0.175, id="half-way into the second"),
        pytest.param(1.0, 0.25, id="the last that is not empty"),
    ],
)
def test_a_quantile_lies_within_its_bucket(share: float, expected: float) -> None:
    assert Spread({0.1: 2, 0.25: 4, 1.0: 4, INFINITE: 4}).quantile(share) == pytest.approx(expected)


def test_a_quantile_beyond_all_bounds_is_the_largest_of_them() -> None:
    assert Spread({0.1: 0, 0.25: 0, 1.0: 1, INFINITE: 4}).quantile(0.99) == 1.0


def test_the_share_within_a_bound_can_be_read_off() -> None:
    assert Spread({0.1: 1, 0.25: 3, INFINITE: 4}).share_within(0.25) == 0.75


@pytest.mark.parametrize("counts", [{}, {0.1: 0.0, 0.25: 0.0, INFINITE: 0.0}], ids=["no histogram", "an empty one"])
def test_of_nothing_there_is_neither_share_nor_quantile(counts: dict[float, float]) -> None:
    assert Spread(counts).quantile(0.99) is None
    assert Spread(counts).share_within(0.25) is None
    assert not math.isnan(Spread(counts).total)


def test_a_histogram_with_labels_is_told_apart_by_them() -> None:
    def stages(quick: int, slow: int) -> str:
        return (
            f'h_bucket{{le="1.0",stage="quick"}} {quick}\nh_bucket{{le="+Inf",stage="quick"}} {quick}\n'
            f'h_bucket{{le="1.0",stage="slow"}} 0\nh_bucket{{le="+Inf",stage="slow"}} {slow}\n'
            f'h_sum{{stage="quick"}} {0.5 * quick}\nh_count{{stage="quick"}} {quick}\n'
            f'h_sum{{stage="slow"}} {4 * slow}\nh_count{{stage="slow"}} {slow}\n'
        )

    grown = [change(stages(0, 0), stages(3, 2)), change(stages(1, 1), stages(2, 1))]
    assert spread(grown, "h", stage="quick") == Spread({1.0: 4, INFINITE: 4})
    assert spread(grown, "h", stage="slow") == Spread({1.0: 0, INFINITE: 2})
    assert mean(grown, "h", stage="quick") == 0.5
    assert mean(grown, "h", stage="slow") == 4.0
    assert mean(grown, "h") == pytest.approx((4 * 0.5 + 2 * 4) / 6)
    assert mean(grown, "h", stage="none") is None
