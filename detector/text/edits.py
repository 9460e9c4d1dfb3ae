"""Edits of a text, and the way back from the edited text to the original."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Edit(NamedTuple):
    """Code points `[start, end)` of a text become `new`; `kind` names the disguise this undoes.

    An empty `kind` marks ordinary typography (a dash, a no-break space, a composed accent), which is no disguise.
    The edits of one step are disjoint and in text order.
    """

    start: int
    end: int
    new: str
    kind: str


Step = Callable[[str], Sequence[Edit]]


@dataclass(frozen=True, slots=True)
class Traced:
    """A text whose code point `i` stands for the original code points `[starts[i], ends[i])`."""

    text: str = field(repr=False)
    starts: "array[int]" = field(repr=False)
    ends: "array[int]" = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "Traced":
        """The text as its own original."""
        return cls(text, array("i", range(len(text))), array("i", range(1, len(text) + 1)))


def rewritten(before: Traced, edits: Iterable[Edit]) -> Traced:
    """The text after the edits.

    An edit that keeps the length maps code point to code point; any other maps each new code point to all that it
    replaces. A deletion leaves no trace of its own: a span across it still covers it.
    """
    pieces: list[str] = []
    starts, ends = array("i"), array("i")
    done = 0
    for start, end, new, _ in edits:
        aligned = len(new) == end - start
        kept = end if aligned else start
        pieces += (before.text[done:start], new)
        starts += before.starts[done:kept]
        ends += before.ends[done:kept]
        if new and not aligned:
            starts += before.starts[start : start + 1] * len(new)
            ends += before.ends[end - 1 : end] * len(new)
        done = end
    pieces.append(before.text[done:])
    return Traced("".join(pieces), starts + before.starts[done:], ends + before.ends[done:])


def joined(edits: Iterable[Edit]) -> list[Edit]:
    """The same edits with neighbours that map code point to code point made one: fewer pieces to glue."""
    result: list[Edit] = []
    run: list[str] = []
    first = last = 0
    kind = ""
    for edit in edits:
        if run and not (edit.start == last and edit.kind == kind and len(edit.new) == 1 == edit.end - edit.start):
            result.append(Edit(first, last, "".join(run), kind))
            run.clear()
        if len(edit.new) != 1 or edit.end - edit.start != 1:
            result.append(edit)
            continue
        if not run:
            first, kind = edit.start, edit.kind
        run.append(edit.new)
        last = edit.end
    if run:
        result.append(Edit(first, last, "".join(run), kind))
    return result
