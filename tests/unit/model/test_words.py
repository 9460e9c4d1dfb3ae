"""Words that were seen before: the tokens are those of the tokenizer, whatever the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer, Lowercase, Normalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from detector.cli.models import default_bundle
from detector.model.bundle import load_bundle
from detector.model.encoding import load_tokenizer
from detector.model.words import Tokens, WordTokens

LETTERS = ["harbour", "Harbour,", "don't", "é", "e\u0301", "\u0301", "Σ", "ΑΣ", "İ", "ß", "ﬁ", "海辺", "の", "x" * 101]
SIGNS = ["[SEP]", "[", "##ing", ".", "0770", "a@b.example", "🏖️", "\u200d", "\u200b", "\ufeff"]
SPACES = [" ", "  ", "\n", "\t", "\r", "\u00a0", "\u2028"]
PIECES = st.sampled_from([*LETTERS, *SIGNS, *SPACES])
TEXTS = st.lists(PIECES | st.text(max_size=6), max_size=20).map("".join) | st.lists(PIECES, max_size=20).map(" ".join)


@pytest.fixture(scope="module")
def shipped() -> Tokenizer:
    return load_tokenizer(load_bundle(default_bundle()))


def whole(tokenizer: Tokenizer, text: str) -> Tokens:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return Tokens(encoding.ids, encoding.offsets)


def small(normalizer: Normalizer, *added: AddedToken) -> Tokenizer:
    made = Tokenizer(WordPiece({"[UNK]": 0, "sea": 1, "side": 2, "##side": 3}, unk_token="[UNK]"))
    made.normalizer, made.pre_tokenizer = normalizer, BertPreTokenizer()
    made.add_tokens(list(added))
    return made


@given(text=TEXTS)
def test_tokens_and_their_places_are_those_of_the_text_read_whole(shipped: Tokenizer, text: str) -> None:
    words = WordTokens(shipped, size=50)
    assert words.encode(text) == whole(shipped, text)
    assert words.encode(text) == whole(shipped, text), "now that they are known"


def test_words_are_known_in_any_text_and_at_any_place(shipped: Tokenizer) -> None:
    words = WordTokens(shipped)
    for text in ("the old harbour", "harbour,  old\nthe", " the", "", " "):
        assert words.encode(text) == whole(shipped, text)


def test_no_more_words_are_kept_than_asked_for(shipped: Tokenizer) -> None:
    words = WordTokens(shipped, size=4)
    for text in ("one two three", "four five six", "one two three four five six"):
        assert words.encode(text) == whole(shipped, text)
        assert words.kept <= 2 * 4


@pytest.mark.parametrize(
    "word", ["07700900123", "anna@mail.example", "https://casa.example", "t.me/casa", "@casa_azul", "w" * 25]
)
def test_what_may_be_somebodys_contact_is_not_kept(shipped: Tokenizer, word: str) -> None:
    words = WordTokens(shipped)
    assert words.encode(f"ring {word} soon") == whole(shipped, f"ring {word} soon")
    assert words.kept == 2


@pytest.mark.parametrize(
    "tokenizer",
    [
        pytest.param(small(Lowercase()), id="another normaliser"),
        pytest.param(small(BertNormalizer(), AddedToken("sea side")), id="a token with a space in it"),
        pytest.param(
            small(BertNormalizer(), AddedToken("[X]", lstrip=True)), id="a token that takes the space before it"
        ),
    ],
)
def test_a_tokenizer_that_may_look_across_spaces_reads_the_whole_text(tokenizer: Tokenizer) -> None:
    words = WordTokens(tokenizer)
    assert words.encode("sea side  [X] seaside") == whole(tokenizer, "sea side  [X] seaside")
    assert words.kept == 0
