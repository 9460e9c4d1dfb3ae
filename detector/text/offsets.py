"""Where each code point of a prepared text came from."""

from collections.abc import Sequence
from typing import NamedTuple


class Prepared(NamedTuple):
    """An un-disguised text and the way back to the original.

    `starts[i]` is the first original code point that prepared code point `i` came from, `ends[i]` one past the last;
    both never decrease. `undone` names, sorted, the kinds of disguise that were undone: disguise is itself evidence.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    undone: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Prepared(undone={self.undone!r})"

    def to_original(self, start: int, end: int) -> tuple[int, int]:
        """A half-open, non-empty span of prepared code points as a half-open span of the original.

        Raises ValueError for an empty span or one outside the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"[{start}, {end}) is no span of a text of {len(self.text)} code points")
        return self.starts[start], self.ends[end - 1]
