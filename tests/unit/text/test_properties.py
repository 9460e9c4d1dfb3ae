from hypothesis import given, settings

from detector.text import Prepared, prepare
from tests.unit.text.strategies import disguised, plain_ascii, texts


@settings(deadline=None)
@given(texts)
def test_every_code_point_comes_from_a_place_in_the_original(text: str) -> None:
    prepared = prepare(text)
    assert len(prepared.starts) == len(prepared.ends) == len(prepared.text)
    places = list(zip(prepared.starts, prepared.ends, strict=True))
    assert all(0 <= start < end <= len(text) for start, end in places)
    assert list(prepared.starts) == sorted(prepared.starts)
    assert list(prepared.ends) == sorted(prepared.ends)


@settings(deadline=None)
@given(texts)
def test_every_span_has_a_span_in_the_original(text: str) -> None:
    prepared = prepare(text)
    size = len(prepared.text)
    for start, end in {(0, size), (0, 1), (size - 1, size), (size // 2, size)}:
        if 0 <= start < end <= size:
            first, last = prepared.to_original(start, end)
            assert 0 <= first < last <= len(text)


@settings(deadline=None, max_examples=300)
@given(texts)
def test_preparing_twice_changes_nothing_more(text: str) -> None:
    once = prepare(text).text
    assert prepare(once).text == once


@given(disguised)
def test_the_same_text_gives_the_same_result(text: str) -> None:
    assert prepare(text) == prepare(text)
    assert prepare(text).undone == tuple(sorted(set(prepare(text).undone) - {""}))


@given(plain_ascii)
def test_plain_ascii_comes_back_as_it_is_with_ranges(text: str) -> None:
    assert prepare(text) == Prepared(text, range(len(text)), range(1, len(text) + 1), ())
