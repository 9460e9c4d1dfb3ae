"""The stand-in for the model finds plain forms and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.events import EventKind
from detector.scoring import KeywordScorer, Span, Window


def found(text: str) -> list[tuple[str, str]]:
    scorer = KeywordScorer()
    return [
        (span.category, text[span.start : span.end])
        for score in scorer.score(scorer.windows(text))
        for span in score.spans
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ring 07700 900123 now", [("phone", "07700 900123")], id="phone"),
        pytest.param("ring +1-212-555-0142", [("phone", "+1-212-555-0142")], id="international phone"),
        pytest.param("write to ines.b@mail.example.com.", [("email", "ines.b@mail.example.com")], id="email"),
        pytest.param("see https://example.com/rooms?x=1 ok", [("url", "https://example.com/rooms?x=1")], id="link"),
        pytest.param("see www.example.com", [("url", "www.example.com")], id="link without scheme"),
        pytest.param("3 rooms, 120 m2, from 15:00, 1200 per week", [], id="counts, sizes, times, prices"),
        pytest.param("the key safe says 4711", [], id="a code"),
        pytest.param("quiet place", [], id="nothing"),
    ],
)
def test_plain_forms_are_found_where_they_stand(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


def test_a_window_without_a_leak_is_almost_surely_clean_and_one_with_a_leak_almost_surely_not() -> None:
    scorer = KeywordScorer()
    clean, leak = (scorer.score(scorer.windows(text))[0].probability for text in ("quiet", "www.example.com"))
    assert (clean, leak) == (0.01, 0.99)


def test_spans_count_from_the_start_of_the_text_not_of_the_window() -> None:
    scorer = KeywordScorer(size=4, overlap=1)
    text = "one two three four five six seven www.example.com"
    scores = scorer.score(scorer.windows(text))
    assert scores[-1].spans == (Span("url", text.index("www"), len(text), 0.99),)
    assert all(not score.spans for score in scores[:-1])


def test_windows_of_another_scorer_are_refused() -> None:
    with pytest.raises(TypeError, match="only the windows that it cut itself"):
        KeywordScorer().score([Window(ids=(1,), offsets=((0, 1),), padded=1)])


def test_a_window_shows_its_size_and_none_of_its_text() -> None:
    (window,) = KeywordScorer().windows("a zebra crossing")
    assert "zebra" not in repr(window)


def test_it_has_a_threshold_for_every_kind_of_event() -> None:
    assert set(KeywordScorer().card.thresholds) == set(EventKind)


@given(st.lists(st.sampled_from(["word", "www.example.com", "07700", "900123", "a@example.com"]), max_size=200))
def test_cut_into_windows_or_not_each_text_is_a_leak_or_not(words: list[str]) -> None:
    text = " ".join(words)
    short, whole = KeywordScorer(size=16, overlap=8), KeywordScorer(size=10_000, overlap=0)
    verdicts = [
        max((score.probability for score in scorer.score(scorer.windows(text))), default=0.0)
        for scorer in (short, whole)
    ]
    assert verdicts[0] == verdicts[1]
