"""What was read before has its score already, wherever it stands now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.scoring import Span, Window, WindowScore
from detector.scoring.cache import ScoreCache

LEAK = Span("phone", 10, 16, 0.9)


def a_window(start: int = 10, ids: tuple[int, ...] = (2, 7, 9, 3), recognised: tuple[Span, ...] = ()) -> Window:
    return Window(ids, [(start, start + 3), (start + 3, start + 6)], 16, recognised)


def score(start: int = 10) -> WindowScore:
    return WindowScore(0.87, (LEAK._replace(start=start, end=start + 6),))


def recall(cache: ScoreCache, window: Window) -> WindowScore | None:
    key = cache.key(window)
    assert key is not None
    return cache.get(key, window)


def remember(cache: ScoreCache, window: Window, told: WindowScore) -> None:
    key = cache.key(window)
    assert key is not None
    cache.put(key, window, told)


def test_a_window_that_was_scored_is_known_and_any_other_is_not() -> None:
    cache = ScoreCache(10)
    assert recall(cache, a_window()) is None
    remember(cache, a_window(), score())
    assert recall(cache, a_window()) == score()
    assert recall(cache, a_window(ids=(2, 7, 8, 3))) is None


@pytest.mark.parametrize(
    "other",
    [
        Window((2, 7, 9, 3), [(10, 13), (14, 17)], 16),  # a space more between the words
        Window((2, 7, 9, 3), [(10, 13), (13, 15)], 16),  # a shorter word that has the same token
        a_window(recognised=(LEAK,)),
    ],
)
def test_the_same_tokens_standing_otherwise_are_another_window(other: Window) -> None:
    cache = ScoreCache(10)
    remember(cache, a_window(), score())
    assert recall(cache, other) is None


@given(first=st.integers(0, 5000), second=st.integers(0, 5000))
def test_a_passage_that_moved_is_known_with_its_evidence_where_it_stands_now(first: int, second: int) -> None:
    cache = ScoreCache(10)
    recognised = LEAK._replace(start=first, end=first + 6)
    remember(cache, a_window(first, recognised=(recognised,)), score(first))
    moved = recognised._replace(start=second, end=second + 6)
    assert recall(cache, a_window(second, recognised=(moved,))) == score(second)


def test_of_too_many_the_one_unused_for_longest_goes() -> None:
    cache = ScoreCache(2)
    for token in (1, 2):
        remember(cache, a_window(ids=(token,)), score())
    assert recall(cache, a_window(ids=(1,))) is not None
    remember(cache, a_window(ids=(3,)), score())
    assert len(cache) == 2
    assert recall(cache, a_window(ids=(1,))) is not None
    assert recall(cache, a_window(ids=(2,))) is None


def test_a_window_without_ids_is_never_kept() -> None:
    assert ScoreCache(10).key(a_window(ids=())) is None


def test_a_cache_of_no_size_keeps_nothing() -> None:
    assert ScoreCache(0).key(a_window()) is None
