"""Corpora that `--corpus` names: JSON lines, plain or gzipped, of three shapes told apart by their members.

Listings (`field`) are background; their `masks` are places where contact data was cut out, and get invented data.
Dialogues (`speaker`) hold slots: telephone numbers are leaks, every other slot is a look-alike. Rows with `label` and
`spans` of `[start, end, category]` are taken as they are.
"""

import gzip
import json
import re
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from random import Random
from typing import Any

from detector.training.examples import CATEGORIES, Example, Kind, Piece, join
from detector.training.obfuscation import disguise

_SUSPECT = re.compile(
    r"@|\bwww\b|https?:|\b[\w-]+\.(?:com|net|org|info|[a-z]{2})(?:/|\b)(?!\.)|\.com\b"
    r"|e-?mail|whats\W?app|insta\b|instagram|facebook|\bfb\b|\big\s*:|telegram|viber|wechat|skype|tripadvisor"
    r"|gmail|icloud|hotmail|yahoo|outlook|web\s?(?:site|page)|homepage|hidden"
    r"|correo|courriel|p[aá]gina web|sit(?:io|o|e) web"
    r"|google\s+(?:us|our|for)|follow\s+(?:me|us)|contact\s+us\s+for|(?:book|contact|reserv)\w*\s+(?:\w+\s+)?direct"
    r"|\b(?:call|text|phone|ring|tel|mobile|cell)\b[^.\n]{0,30}\d",
    re.IGNORECASE,
)
_DIALOGUE_SHARE = 0.2
"""How many of the clean turns are learned from: they are many, short and alike."""

_DIGITS = re.compile(r"(?:\d[\s().\-/]{0,3}){8,}")
_LICENCE = re.compile(r"licen|regist|permit|str\b|tax|nra|n°|code|certifi|numero|número|nummer", re.IGNORECASE)
_TAG = re.compile(r"<br\s*/?>|</?[a-z]+\s*/?>")
_MASKED = {"PHONE": "phone", "EMAIL": "email", "URL": "url"}


def read_corpus(
    path: Path, seed: int = 0, avoid: Collection[str] = (), whole: Callable[[Example], bool] = lambda _: False
) -> Iterator[Example]:
    """The usable rows of a corpus file: clean background, look-alikes and leaks, none of them in a family to `avoid`.

    Of dialogues some clean turns are left out, but for those that are to be there as a `whole`.
    """
    rng = Random(seed)
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            row = json.loads(line)
            example = _read(row, f"{path.name}:{number}", rng, avoid, whole)
            if example is not None and example.text.strip():
                yield example


def looks_clean(text: str) -> bool:
    """Whether a text shows nothing that even resembles contact data; made to err on the side of no."""
    if _SUSPECT.search(text):
        return False
    return all(_LICENCE.search(text[max(0, run.start() - 40) : run.start()]) for run in _DIGITS.finditer(text))


def _read(
    row: dict[str, Any], source: str, rng: Random, avoid: Collection[str], whole: Callable[[Example], bool]
) -> Example | None:
    if "label" in row:
        return _labelled(row, source)
    kind: Kind = "message" if "speaker" in row else "listing"
    blank = Example(kind, row.get("lang", "en"), "", source=source, voice=_author(row))
    if "speaker" in row:
        example = join(_slots(row, rng, avoid), blank)
        return example if example.leak or rng.random() < _DIALOGUE_SHARE or whole(example) else None
    if row.get("masks"):
        return _filled(row, blank, rng, avoid)
    return join([Piece(row["text"])], blank) if looks_clean(row["text"]) else None


def _author(row: dict[str, Any]) -> str:
    """What keeps rows of one listing or dialogue on one side of a split."""
    parts = str(row["id"]).split("-")
    return "-".join(parts[:2] if "field" in row else parts[:-1])


def _labelled(row: dict[str, Any], source: str) -> Example:
    marks = [mark for mark in row.get("spans", []) if mark[2] in CATEGORIES]
    if (row["label"] in ("Fraud", "leak", 1)) != bool(marks):
        raise ValueError(f"{source}: the label does not fit the {len(marks)} spans")
    kind: Kind = "message" if row.get("kind") in ("booking", "message") else "listing"
    pieces = _cut(row["text"], [(a, b, c, row.get("family", "")) for a, b, c in marks])
    return join(pieces, Example(kind, row.get("lang", "en"), "", source=source, voice=row.get("voice", source)))


def _slots(row: dict[str, Any], rng: Random, avoid: Collection[str]) -> list[Piece]:
    phones = [
        (a, b, "phone", "P01")
        for a, b, slot in row.get("spans", [])
        if slot.startswith("phone") and sum(map(str.isdigit, row["text"][a:b])) > 5
    ]
    pieces = _cut(row["text"], phones)
    if rng.random() < 0.5:
        return pieces
    lang = row.get("lang", "en")
    return [disguise("phone", lang, rng, avoid=avoid) if piece.category else piece for piece in pieces]


def _filled(row: dict[str, Any], blank: Example, rng: Random, avoid: Collection[str]) -> Example | None:
    """The row with invented data in its masks; without masks of a known kind it says too little."""
    masks = [(a, b, _MASKED.get(kind, ""), "") for a, b, kind in row["masks"]]
    pieces: list[Piece] = []
    for piece in _cut(row["text"], masks):
        if piece.category:
            family = {"phone": "P01", "email": "E01", "url": "U02"}[piece.category] if rng.random() < 0.5 else None
            pieces.append(disguise(piece.category, blank.lang, rng, family, avoid))
        else:
            pieces.append(Piece(_TAG.sub(lambda tag: "\n" if tag[0].startswith("<br") else "", piece.text)))
    rest = "".join(piece.text for piece in pieces if not piece.category)
    return None if "hidden" in rest.lower() or not any(piece.category for piece in pieces) else join(pieces, blank)


def _cut(text: str, spans: list[tuple[int, int, str, str]]) -> list[Piece]:
    pieces, position = [], 0
    for start, end, category, family in sorted(spans):
        if start < position or not category:
            continue
        pieces += [Piece(text[position:start]), Piece(text[start:end], category, family)]
        position = end
    return [*pieces, Piece(text[position:])]
