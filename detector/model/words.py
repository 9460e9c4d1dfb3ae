"""Tokens of a text by its words, most of which were seen before: in half the time that the tokenizer takes for all of it."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from tokenizers import Tokenizer
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

Offsets = tuple[int, int]

KEPT_WORDS = 20_000
"""Some 7 MB. The commonest words of a stream are learnt again within a few dozen texts; many more gain little."""
_NOT_KEPT = re.compile(r"[\d@/_]|.{25}", re.DOTALL)
"""What may be somebody's number or address is not kept in memory, and does not come twice."""
_WORD_ENDS = str.maketrans("\n", " ")


class Tokens(NamedTuple):
    """Token ids with their half-open code points."""

    ids: list[int]
    offsets: list[Offsets]


class WordTokens:
    """A tokenizer that remembers words, `size` of them at the most; it gives what the tokenizer gives for the whole text.

    BERT's normaliser goes character by character and its pre-tokenizer ends a word at every space, so that what stands
    between two spaces is encoded the same wherever it stands. With any other tokenizer, or one that has a token with a
    space in it, nothing is remembered. Used by one thread.
    """

    def __init__(self, tokenizer: Tokenizer, size: int = KEPT_WORDS) -> None:
        self._tokenizer = tokenizer
        self._size = size if _reads_word_by_word(tokenizer) else 0
        self._known: dict[str, Tokens] = {}

    @property
    def kept(self) -> int:
        """How many words are known."""
        return len(self._known)

    def encode(self, text: str) -> Tokens:
        """The text's tokens without special ones."""
        if not self._size:
            return self._read(text)
        words = text.translate(_WORD_ENDS).split(" ")
        passing = self._learn(words)
        tokens = _joined(words, self._known)
        for word in passing:
            del self._known[word]
        return tokens

    def _learn(self, words: Sequence[str]) -> list[str]:
        """Have all of these known; gives those that are not to be kept."""
        every = set(words) - {""}
        unknown = [word for word in every if word not in self._known]
        if len(self._known) + len(unknown) > self._size:
            self._known.clear()
            unknown = list(every)
        self._known.update((word, self._read(word)) for word in unknown)
        return [word for word in unknown if _NOT_KEPT.search(word)]

    def _read(self, text: str) -> Tokens:
        # A batch of one: `encode` keeps Python's lock and would hold up the threads that run the model, and several would
        # be shared out among threads that take longer to wake than a word to read.
        (encoding,) = self._tokenizer.encode_batch([text], add_special_tokens=False)
        return Tokens(encoding.ids, encoding.offsets)


def _joined(words: Sequence[str], known: dict[str, Tokens]) -> Tokens:
    ids: list[int] = []
    offsets: list[Offsets] = []
    start = 0
    for word in words:
        if word:
            own = known[word]
            ids += own.ids
            offsets += [(first + start, last + start) for first, last in own.offsets]
        start += len(word) + 1
    return Tokens(ids, offsets)


def _reads_word_by_word(tokenizer: Tokenizer) -> bool:
    added = tokenizer.get_added_tokens_decoder().values()
    return (
        isinstance(tokenizer.normalizer, BertNormalizer)
        and isinstance(tokenizer.pre_tokenizer, BertPreTokenizer)
        and not any(each.lstrip or each.rstrip or " " in each.content or "\n" in each.content for each in added)
    )
