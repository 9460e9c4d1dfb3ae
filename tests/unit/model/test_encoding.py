"""Encoding: each finding is announced by its own token, and the text's own tokens keep their places."""

import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from detector.model.encoding import TextEncoder

HINTS = {"email": "[unused1]", "handle": "[unused2]"}


@pytest.fixture
def tokenizer() -> Tokenizer:
    words = ["[UNK]", "[unused1]", "[unused2]", "mail", "or", "now"]
    made = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]"))
    made.pre_tokenizer = WhitespaceSplit()
    return made


def test_a_hint_stands_before_the_first_token_of_its_finding_and_covers_nothing(tokenizer: Tokenizer) -> None:
    text = "mail a@b.example or @casa now"
    ids, offsets, findings = TextEncoder(tokenizer, HINTS).encode(text)
    assert ids == [3, 1, 0, 4, 2, 0, 5]
    assert offsets == [(0, 4), (5, 5), (5, 16), (17, 19), (20, 20), (20, 25), (26, 29)]
    assert [each.kind for each in findings] == ["email", "handle"]


def test_kinds_that_the_model_does_not_know_are_not_announced(tokenizer: Tokenizer) -> None:
    ids, _, findings = TextEncoder(tokenizer, {"handle": "[unused2]"}).encode("mail a@b.example")
    assert ids == [3, 0]
    assert [each.kind for each in findings] == ["email"]


def test_a_model_without_hints_does_not_ask_the_recognisers(tokenizer: Tokenizer) -> None:
    assert TextEncoder(tokenizer, {}).encode("mail a@b.example") == ([3, 0], [(0, 4), (5, 16)], ())


def test_a_hint_token_that_the_vocabulary_lacks_is_refused(tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match=r"no token \[unused9\]"):
        TextEncoder(tokenizer, {"email": "[unused9]"})
