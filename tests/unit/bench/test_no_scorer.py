"""The scorer that costs nothing."""

from detector.bench.nothing import NoScorer
from detector.scoring import score_each


def test_every_text_is_one_clean_window_as_long_as_its_words_are_padded() -> None:
    scorer = NoScorer()
    windows = scorer.windows("Write to host@example.com today")
    assert [window.padded for window in windows] == [16]
    assert [score.probability for score in scorer.score(windows)] == [0.0]


def test_a_text_without_words_has_no_window() -> None:
    assert NoScorer().windows("") == []


def test_there_is_a_score_for_each_window() -> None:
    scorer = NoScorer()
    windows = [*scorer.windows("one"), *scorer.windows("two"), *scorer.windows("three")]
    assert len(score_each(scorer, windows)) == 3
