"""Windows of tokens over the prepared text, each with the labels that its own tokens earn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from detector.model.encoding import TextEncoder
from detector.recognisers import KINDS
from detector.text import Prepared, prepare
from detector.training.examples import LABELS, Example, Mark
from detector.windows import spans

IGNORE = -100
"""A label that no loss counts."""

ENOUGH = 0.5
"""A window leaks when it shows at least this share of some leak's tokens, and is left undecided when it shows less."""


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens of one window, `[CLS]` and `[SEP]` included, with a label for it and one for each token."""

    ids: tuple[int, ...]
    tags: tuple[int, ...]
    label: int


def hint_tokens(tokenizer: Tokenizer) -> dict[str, str]:
    """A token of the vocabulary that pretraining left unused, for each kind of finding.

    BERT's vocabulary has `[unused0]` and so on; one with too few of them is a ValueError.
    """
    vocabulary = tokenizer.get_vocab()
    free = sorted((token for token in vocabulary if token.startswith("[unused")), key=vocabulary.__getitem__)
    return dict(zip(KINDS, free[: len(KINDS)], strict=True))


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts marked texts into windows of `size` tokens, neighbours sharing `overlap`; `prepares` them first or does not."""

    encoder: TextEncoder
    tokenizer: Tokenizer
    size: int
    overlap: int
    prepares: bool = True

    def cut(self, examples: Iterable[Example]) -> list[Window]:
        """All windows of all examples."""
        return [window for example in examples for window in self.windows(example)]

    def windows(self, example: Example) -> list[Window]:
        """The windows that the model sees of this text; see `_unplaced` for a leak that nobody said the place of."""
        prepared = prepare(example.text) if self.prepares else _as_it_is(example.text)
        marks = _carry(example.spans, prepared.starts, prepared.ends)
        ids, offsets, _ = self.encoder.encode(prepared.text)
        tags, owners = _tag(offsets, marks)
        totals = [owners.count(index) for index in range(len(marks))]
        ends = special_id(self.tokenizer, "[CLS]"), special_id(self.tokenizer, "[SEP]")
        windows = [
            _window(ids[first:last], tags[first:last], owners[first:last], totals, ends)
            for first, last in spans(len(ids), self.size - 2, self.overlap)
        ]
        return _unplaced(windows) if example.unplaced else windows


def _window(
    ids: Sequence[int], tags: Sequence[int], owners: Sequence[int], totals: Sequence[int], ends: tuple[int, int]
) -> Window:
    shown = [owners.count(index) / total for index, total in enumerate(totals) if total]
    label = 1 if any(share >= ENOUGH for share in shown) else 0
    if label == 0 and any(shown):
        label = IGNORE
    return Window((ends[0], *ids, ends[1]), (IGNORE, *tags, IGNORE), label)


def _unplaced(windows: Sequence[Window]) -> list[Window]:
    """Windows of a text that leaks nobody said where: no token is labelled, and the window only where it is the only one."""
    label = 1 if len(windows) == 1 else IGNORE
    return [Window(window.ids, (IGNORE,) * len(window.ids), label) for window in windows]


def _as_it_is(text: str) -> Prepared:
    return Prepared(text, range(len(text)), range(1, len(text) + 1), ())


def special_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token that the vocabulary must have; one without it is a ValueError."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no token {token}")
    return found


def _tag(offsets: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> tuple[list[int], list[int]]:
    """For each token the class it shows and the mark it belongs to (-1: none); hints show nothing themselves."""
    tags, owners = [0 if end > start else IGNORE for start, end in offsets], [-1] * len(offsets)
    for index, mark in enumerate(marks):
        for token, (start, end) in enumerate(offsets):
            if start < mark.end and end > mark.start and end > start:
                tags[token], owners[token] = LABELS.index(mark.category), index
    return tags, owners


def _carry(marks: Sequence[Mark], starts: Sequence[int], ends: Sequence[int]) -> list[Mark]:
    """The marks in offsets of the prepared text, whose code point `i` stands for original `[starts[i], ends[i])`."""
    carried = []
    for mark in marks:
        touched = [i for i in range(len(starts)) if starts[i] < mark.end and ends[i] > mark.start]
        if touched:
            carried.append(Mark(touched[0], touched[-1] + 1, mark.category, mark.family))
    return carried
