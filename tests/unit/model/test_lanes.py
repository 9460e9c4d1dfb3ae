"""How the rows of a batch are shared out among threads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.model.backends.lanes import SHORT_TOKENS, SLACK, share_out

Sizes = list[tuple[int, int]]


def loads(sizes: Sizes, counts: list[list[int]]) -> list[int]:
    """Tokens in each lane, and last those of the rows for all threads together."""
    return [
        sum(row[lane] * tokens for (_, tokens), row in zip(sizes, counts, strict=True))
        for lane in range(len(counts[0]))
    ]


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12).map(lambda n: 16 * n)), min_size=1), st.integers(1, 8))
def test_every_row_goes_somewhere_and_no_lane_is_waited_for_but_with_a_short_row(sizes: Sizes, lanes: int) -> None:
    counts = share_out(sizes, lanes)
    assert [sum(row) for row in counts] == [rows for rows, _ in sizes]
    assert all(share >= 0 for row in counts for share in row)
    *alone, _ = loads(sizes, counts)
    assert max(alone) * lanes <= SLACK * sum(alone) or max(alone) - min(alone) <= SHORT_TOKENS


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, SHORT_TOKENS)), min_size=1), st.integers(1, 8))
def test_a_short_row_never_takes_all_threads(sizes: Sizes, lanes: int) -> None:
    assert all(row[lanes] == 0 for row in share_out(sizes, lanes))


@pytest.mark.parametrize(
    ("sizes", "lanes", "expected"),
    [
        pytest.param([(1, 192)], 2, [[0, 0, 1]], id="a row alone has all threads"),
        pytest.param([(2, 192)], 2, [[1, 1, 0]], id="two rows, a thread each"),
        pytest.param([(3, 192)], 2, [[1, 1, 1]], id="three rows: a thread each, the last has all"),
        pytest.param([(1, 192), (1, 128)], 2, [[0, 0, 1], [0, 0, 1]], id="rows that would wait for each other"),
        pytest.param([(1, 192), (1, 16)], 2, [[0, 0, 1], [1, 0, 0]], id="a short row is left to one thread"),
        pytest.param([(3, 32)], 2, [[2, 1, 0]], id="so are short ones that do not share out evenly"),
        pytest.param([(1, 96), (2, 48)], 2, [[1, 0, 0], [0, 2, 0]], id="a long row beside two short ones"),
        pytest.param([(1, 192), (4, 16)], 2, [[0, 0, 1], [2, 2, 0]], id="the longest is left, the others fit"),
        pytest.param([(5, 64)], 1, [[5, 0]], id="one lane takes all"),
    ],
)
def test_rows_are_shared_out_evenly(sizes: Sizes, lanes: int, expected: list[list[int]]) -> None:
    assert share_out(sizes, lanes) == expected
