"""Taking a list apart without reading what is in it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.engines.http.body import elements
from detector.engines.http.problems import Refused

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(st.lists(JSON_VALUES, max_size=5), st.sampled_from(["", " ", "\n\t "]), st.booleans())
def test_elements_are_those_of_the_list_byte_for_byte(values: list[object], space: str, ascii_only: bool) -> None:  # noqa: FBT001
    written = [json.dumps(value, ensure_ascii=ascii_only, indent=2) for value in values]
    try:
        body = (space + "[" + f"{space},{space}".join(written) + space + "]" + space).encode()
    except UnicodeEncodeError:
        return
    assert elements(body, 100) == [each.encode() for each in written]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"a": [1]}',
        b"[",
        b"[1",
        b"[1,",
        b"[1,]",
        b"[,1]",
        b"[1 2]",
        b"[1]]",
        b"[1}",
        b'["a]',
        b"[1] [2]",
        b"\xef\xbb\xbf[1]",
        b"[\xff]",
        "[1]".encode("utf-16"),
    ],
)
def test_what_is_not_a_list_is_left_to_the_reader_of_events(body: bytes) -> None:
    assert elements(body, 100) is None


def test_what_only_the_reader_of_events_objects_to_is_handed_on() -> None:
    strange = [b"NaN", b"1e999", b"9" * 5000, b'"\\ud800"', b'{"a":1,"a":2}', b'"a\tb"']
    assert elements(b"[" + b",".join(strange) + b"]", 100) == strange


def test_absurd_depth_does_no_harm() -> None:
    assert elements(b"[" * 200_000 + b"]" * 200_000, 100) is None


def test_a_list_may_be_as_long_as_it_may_be_and_no_longer() -> None:
    assert elements(b"[1,2,3]", 3) == [b"1", b"2", b"3"]
    with pytest.raises(Refused):
        elements(b"[1,2,3,4]", 3)
