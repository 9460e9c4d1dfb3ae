"""Windows of tokens over the prepared text, each with the labels that its own tokens earn."""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from detector.text import prepare
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


def label_windows(example: Example, tokenizer: Tokenizer, size: int, overlap: int) -> list[Window]:
    """The windows of `size` tokens that the model sees of this text; neighbours share `overlap` tokens."""
    prepared = prepare(example.text)
    marks = _carry(example.spans, prepared.starts, prepared.ends)
    encoding = tokenizer.encode(prepared.text, add_special_tokens=False)
    tags, owners = _tag(encoding.offsets, marks)
    totals = [owners.count(index) for index in range(len(marks))]
    windows = []
    for start, stop in spans(len(encoding.ids), size - 2, overlap):
        windows.append(_window(encoding.ids[start:stop], tags[start:stop], owners[start:stop], totals, tokenizer))
    return windows


def _window(
    ids: Sequence[int], tags: Sequence[int], owners: Sequence[int], totals: Sequence[int], tokenizer: Tokenizer
) -> Window:
    shown = [owners.count(index) / total for index, total in enumerate(totals) if total]
    label = 1 if any(share >= ENOUGH for share in shown) else 0
    if label == 0 and any(shown):
        label = IGNORE
    return Window((_special(tokenizer, "[CLS]"), *ids, _special(tokenizer, "[SEP]")), (IGNORE, *tags, IGNORE), label)


def _special(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no token {token}")
    return found


def _tag(offsets: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> tuple[list[int], list[int]]:
    """For each token the class it shows and the mark it belongs to (-1: none)."""
    tags, owners = [0] * len(offsets), [-1] * len(offsets)
    for index, mark in enumerate(marks):
        for token, (start, end) in enumerate(offsets):
            if start < mark.end and end > mark.start:
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
