"""The hand-written seed texts: plain text files whose leaks are marked in place.

    @ listing en leak voice=retired-signalman
    If the gate is shut, ring [[phone|P06|oh seven seven double-oh, nine hundred, one two three]] and I walk down.

A text reaches to the next header. `hard=N01,N08` names the look-alike groups it holds.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from detector.training.examples import CATEGORIES, Example, Kind, Piece, join

SEEDS = Path(__file__).parent / "seeds"

_HEADER = re.compile(
    r"@ (?P<kind>listing|message) (?P<lang>[a-z]{2}) (?P<label>leak|clean) voice=(?P<voice>\S+)"
    r"(?: hard=(?P<hard>N\d\d(?:,N\d\d)*))?\s*"
)
_MARK = re.compile(rf"\[\[({'|'.join(CATEGORIES)})\|([A-Z]\d\d)\|(.+?)\]\](?!\])", re.DOTALL)


class SeedError(ValueError):
    """A seed file is written wrongly; the message names file and line."""


def read_seeds(folder: Path = SEEDS) -> list[Example]:
    """All records of all `*.txt` files in `folder`, in file order; a text that stands twice is an error."""
    seen: dict[str, str] = {}
    examples = []
    for path in sorted(folder.glob("*.txt")):
        for example in parse_seeds(path.read_text(encoding="utf-8"), path.name):
            if example.text in seen:
                raise SeedError(f"{example.source}: the text stands already at {seen[example.text]}")
            seen[example.text] = example.source
            examples.append(example)
    return examples


def parse_seeds(content: str, name: str) -> Iterator[Example]:
    """The records of one file's `content`; `name` is what errors and sources call it."""
    header: re.Match[str] | None = None
    start, lines = 0, list[str]()
    for number, line in enumerate([*content.splitlines(), "@ end"], start=1):
        if not line.startswith(("@ listing", "@ message", "@ end")):
            if header is None and line.strip():
                raise SeedError(f"{name}:{number}: text before the first header")
            lines.append(line)
            continue
        if header is not None:
            yield _record(header, "\n".join(lines).strip(), f"{name}:{start}")
        if line == "@ end":
            return
        header, start, lines = _HEADER.fullmatch(line), number, []
        if header is None:
            raise SeedError(f"{name}:{number}: not a header: {line[:60]!r}")


def _record(header: re.Match[str], body: str, source: str) -> Example:
    pieces, position = [], 0
    for mark in _MARK.finditer(body):
        pieces += [Piece(body[position : mark.start()]), Piece(mark[3], mark[1], mark[2])]
        position = mark.end()
    pieces.append(Piece(body[position:]))
    if any("[[" in piece.text for piece in pieces if not piece.category):
        raise SeedError(f"{source}: a mark is not of the form [[category|FAMILY|text]]")
    kind: Kind = "listing" if header["kind"] == "listing" else "message"
    hard = tuple(header["hard"].split(",")) if header["hard"] else ()
    blank = Example(kind, header["lang"], "", (), header["voice"], hard, source)
    example = join(pieces, blank)
    if not example.text:
        raise SeedError(f"{source}: no text")
    if example.leak != (header["label"] == "leak"):
        raise SeedError(f"{source}: called {header['label']} but holds {len(example.spans)} marks")
    return example
