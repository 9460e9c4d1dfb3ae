"""Tokens of a text by its words: where they were seen before, in half the time that the tokenizer takes for the text."""

import re
from typing import NamedTuple

from tokenizers import Tokenizer
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

Offsets = tuple[int, int]

KEPT_WORDS = 20_000
"""Of each of two generations, some 16 MB together. Of 258 different words in a listing 33 are new after a few hundred."""
_LONGEST_WORD = 24
_NOT_KEPT = re.compile(rf"[\d@/_]|.{{{_LONGEST_WORD + 1}}}", re.DOTALL)
"""What may be somebody's number or address is not kept in memory, and does not come twice."""


class Tokens(NamedTuple):
    """Token ids with their half-open code points."""

    ids: list[int]
    offsets: list[Offsets]


class WordTokens:
    """A tokenizer that remembers words, twice `size` at the most; it gives what the tokenizer gives for the whole text.

    BERT's normaliser goes character by character and its pre-tokenizer ends a word at every space, so that what stands
    between two spaces is encoded the same wherever it stands. With any other tokenizer, or one that has a token with a
    space in it, nothing is remembered. Used by one thread.
    """

    def __init__(self, tokenizer: Tokenizer, size: int = KEPT_WORDS) -> None:
        self._tokenizer = tokenizer
        self._size = size if _reads_word_by_word(tokenizer) else 0
        self._known: dict[str, Tokens] = {}
        self._older: dict[str, Tokens] = {}

    @property
    def kept(self) -> int:
        """How many words are known."""
        return len(self._known.keys() | self._older.keys())

    def encode(self, text: str) -> Tokens:
        """The text's tokens without special ones."""
        if not self._size:
            return self._read(text)
        ids: list[int] = []
        offsets: list[Offsets] = []
        start = 0
        for word in text.replace("\n", " ").split(" "):
            if word:
                own_ids, own_offsets = self._known.get(word) or self._met(word)
                ids += own_ids
                for first, last in own_offsets:
                    offsets.append((first + start, last + start))
            start += len(word) + 1
        return Tokens(ids, offsets)

    def _met(self, word: str) -> Tokens:
        """The tokens of a word that was not seen lately."""
        tokens = self._older.get(word) or self._read(word)
        if not _NOT_KEPT.search(word):
            if len(self._known) >= self._size:
                self._known, self._older = {}, self._known
            self._known[word] = tokens
        return tokens

    def _read(self, text: str) -> Tokens:
        if len(text) <= _LONGEST_WORD:
            encoding = self._tokenizer.encode(text, add_special_tokens=False)
        else:
            # A batch of one: `encode` keeps Python's lock, and would hold up the threads that run the model.
            (encoding,) = self._tokenizer.encode_batch([text], add_special_tokens=False)
        return Tokens(encoding.ids, encoding.offsets)


def _reads_word_by_word(tokenizer: Tokenizer) -> bool:
    added = tokenizer.get_added_tokens_decoder().values()
    return (
        isinstance(tokenizer.normalizer, BertNormalizer)
        and isinstance(tokenizer.pre_tokenizer, BertPreTokenizer)
        and not any(each.lstrip or each.rstrip or " " in each.content or "\n" in each.content for each in added)
    )
