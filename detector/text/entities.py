"""HTML character references, nested ones too."""

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from detector.text.edits import Edit

_RUN = re.compile("&[&#;0-9A-Za-z]*")
_NUMERIC = re.compile("&#(?:[0-9]+|[xX][0-9A-Fa-f]+);")
_LONGEST = 40
"""Code points of the longest reference read: the longest name has 33, and leading zeros deserve some room."""


_Piece = tuple[str, int, int]
"""What stands there now, and the places of the run it came from."""


def entities(text: str) -> list[Edit]:
    """Decodes named, decimal and hexadecimal references that end with a semicolon, in one linear pass.

    `&amp;#64;` becomes `@`: what a reference yields takes part in the next. Without its semicolon a name stays, as in
    a query such as `?a=1&copy=2`. Values follow HTML 5 (`&#150;` is an en dash, `&#0;` the replacement character).
    """
    return [edit for run in _RUN.finditer(text) if ";" in run[0] for edit in _decoded(run[0], run.start())]


def _decoded(run: str, offset: int) -> Iterator[Edit]:
    """The edits of one run of reference characters that starts at `offset`.

    The stack holds what stands so far, `openings` where its ampersands are. Every semicolon, read or decoded, looks at
    the nearest ampersand only, and each decoding takes more off the stack than it puts back, so the pass is linear.
    """
    stack: list[_Piece] = []
    openings: list[int] = []
    for place, character in enumerate(run):
        if character == "&":
            openings.append(len(stack))
        stack.append((character, place, place + 1))
        if character == ";":
            _close(stack, openings)
    changed = (piece for piece in stack if piece[2] - piece[1] > 1)
    for value, start, end in changed:
        yield Edit(offset + start, offset + end, value, "entity")


def _close(stack: list[_Piece], openings: list[int]) -> None:
    """Replaces the reference that ends the stack, and again while what it yields ends another."""
    while openings and stack[-1][0] == ";" and len(stack) - openings[-1] <= _LONGEST:
        first = openings[-1]
        value = _value("".join(piece[0] for piece in stack[first:]))
        if value is None:
            return
        openings.pop()
        if value == "&":
            openings.append(first)
        stack[first:] = [(value, stack[first][1], stack[-1][2])]


def _value(reference: str) -> str | None:
    """What `&...;` stands for, which may be nothing at all; None when it is no reference."""
    if reference[1:] in html5:
        return html5[reference[1:]]
    return unescape(reference) if _NUMERIC.fullmatch(reference) else None
