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


def entities(text: str) -> list[Edit]:
    """Decodes named, decimal and hexadecimal references that end with a semicolon, in one linear pass.

    `&amp;#64;` becomes `@`: what a reference yields takes part in the next. Without its semicolon a name stays, as in
    a query such as `?a=1&copy=2`. Values follow HTML 5 (`&#150;` is an en dash, `&#0;` the replacement character).
    """
    return [edit for run in _RUN.finditer(text) if ";" in run[0] for edit in _decoded(run[0], run.start())]


def _decoded(run: str, offset: int) -> Iterator[Edit]:
    """The edits of one run of reference characters that starts at `offset`.

    A stack of (character, start, end): every semicolon, read or decoded, looks back at most `_LONGEST` places for an
    ampersand, and each decoding takes more characters off than it puts back, so the pass is linear.
    """
    stack: list[tuple[str, int, int]] = []
    for place, character in enumerate(run):
        stack.append((character, place, place + 1))
        if character == ";":
            _close(stack)
    changed = (piece for piece in stack if piece[2] - piece[1] > 1 or not piece[0])
    for value, start, end in changed:
        yield Edit(offset + start, offset + end, value, "entity")


def _close(stack: list[tuple[str, int, int]]) -> None:
    """Replaces the reference that ends the stack, again while what it yields ends another."""
    while stack and stack[-1][0] == ";":
        tail = stack[-_LONGEST:]
        back = next((n for n in range(2, len(tail) + 1) if tail[-n][0] == "&"), 0)
        if not back:
            return
        value = _value("".join(piece[0] for piece in tail[-back:]))
        if value is None:
            return
        start, end = stack[-back][1], stack[-1][2]
        del stack[-back:]
        stack.append((value, start, end))


def _value(reference: str) -> str | None:
    """What `&...;` stands for, which may be nothing at all; None when it is no reference."""
    if reference[1:] in html5:
        return html5[reference[1:]]
    return unescape(reference) if _NUMERIC.fullmatch(reference) else None
