"""Every token of a text is read, with company on both sides."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.windows import spans

SIZES = st.integers(1, 64).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1)))


@given(st.integers(0, 2000), SIZES)
def test_windows_cover_every_token_in_order_with_the_promised_overlap(tokens: int, sizes: tuple[int, int]) -> None:
    size, overlap = sizes
    cut = list(spans(tokens, size, overlap))
    assert set().union(*(range(first, last) for first, last in cut)) == set(range(tokens))
    assert all(last - first == min(size, tokens) for first, last in cut)
    for (first, last), (next_first, next_last) in pairwise(cut):
        assert first < next_first
        assert last < next_last
        assert last - next_first >= overlap - overlap // 8


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        pytest.param(0, [], id="no tokens, no window"),
        pytest.param(1, [(0, 1)], id="one token"),
        pytest.param(10, [(0, 10)], id="exactly one window"),
        pytest.param(11, [(0, 10), (1, 11)], id="one token too many: the last window is as long as the first"),
        pytest.param(18, [(0, 10), (8, 18)], id="exactly two windows"),
        pytest.param(25, [(0, 10), (7, 17), (15, 25)], id="evenly spread, the last one ends with the text"),
    ],
)
def test_windows_of_ten_tokens_that_share_two(tokens: int, expected: list[tuple[int, int]]) -> None:
    assert list(spans(tokens, 10, 2)) == expected


def test_neighbours_share_a_little_less_where_that_saves_a_window() -> None:
    assert len(list(spans(510, 190, 32))) == 3
    assert len(list(spans(515, 190, 32))) == 4


@pytest.mark.parametrize(("size", "overlap"), [(10, 10), (10, 11), (10, -1), (0, 0)])
def test_an_overlap_that_leaves_no_step_forward_is_refused(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match=f"overlap of {overlap} tokens does not fit a window of {size}"):
        list(spans(100, size, overlap))
