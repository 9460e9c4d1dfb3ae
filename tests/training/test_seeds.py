"""Seed files: what is written right is read exactly, what is written wrong is named with file and line."""

import pytest

from detector.training.examples import Mark
from detector.training.seeds import SeedError, parse_seeds, read_seeds

GOOD = """@ listing en leak voice=a-b
Ring [[phone|P06|oh seven]] or see [[url|U02|x.example]].

Bye.

@ message es clean voice=c hard=N01,N08
Llegamos el 14.08
"""


def test_records_marks_and_groups_are_read_exactly() -> None:
    leak, clean = parse_seeds(GOOD, "f.txt")
    assert leak.text == "Ring oh seven or see x.example.\n\nBye."
    assert leak.spans == (Mark(5, 13, "phone", "P06"), Mark(21, 30, "url", "U02"))
    assert leak.leaks() == ["oh seven", "x.example"]
    assert (leak.kind, leak.lang, leak.voice, leak.source) == ("listing", "en", "a-b", "f.txt:1")
    assert (clean.kind, clean.leak, clean.hard) == ("message", False, ("N01", "N08"))


def test_a_leak_may_hold_bars_and_brackets() -> None:
    (record,) = parse_seeds("@ listing en leak voice=v\n[[phone|P05|20[2]|5]]]", "f.txt")
    assert record.leaks() == ["20[2]|5]"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("hello", r"f\.txt:1: text before"),
        ("@ listing en leak\nx", r"f\.txt:1: not a header"),
        ("@ listing en leak voice=v\nno mark", r"f\.txt:1: called leak but holds 0"),
        ("@ listing en clean voice=v\n[[phone|P01|1]]", r"f\.txt:1: called clean but holds 1"),
        ("@ listing en leak voice=v\n[[fax|P01|1]] [[phone|P01|1]]", r"f\.txt:1: a mark is not"),
        ("\n@ listing en clean voice=v\n\n", r"f\.txt:2: no text"),
    ],
)
def test_wrong_syntax_is_named_with_file_and_line(content: str, message: str) -> None:
    with pytest.raises(SeedError, match=message):
        list(parse_seeds(content, "f.txt"))


def test_every_committed_record_is_valid_and_both_labels_are_there() -> None:
    seeds = read_seeds()
    assert len(seeds) > 1000
    assert 0.35 < sum(seed.leak for seed in seeds) / len(seeds) < 0.65
    assert {seed.lang for seed in seeds} >= {"en", "es", "fr", "de", "it", "pt", "nl", "zh", "ja", "ru"}
