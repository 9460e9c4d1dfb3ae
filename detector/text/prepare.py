"""The order in which disguise is undone."""

import re
from collections.abc import Sequence

from detector.text.characters import PLAIN_LATIN, characters
from detector.text.confusables import confusables
from detector.text.digits import keycaps, number_letters
from detector.text.edits import Edit, Step, Traced, rewritten
from detector.text.entities import entities
from detector.text.invisibles import CONTROLS, invisibles
from detector.text.letters import boxed, indicators
from detector.text.marks import marks, syllables
from detector.text.markup import markup
from detector.text.offsets import Prepared
from detector.text.symbols import at_signs, dots, punctuation

_FORMS: tuple[Step, ...] = (
    keycaps,
    invisibles,
    at_signs,
    punctuation,
    characters,
    marks,
    syllables,
    indicators,
    boxed,
    dots,
)
_READINGS: tuple[Step, ...] = (number_letters, confusables)
STEPS: tuple[Step, ...] = (*_FORMS, entities, *_READINGS, markup)
"""What is undone in one round. Forms of single characters come first, since what a sign means depends on its
neighbours; each step looks at the text that the one before it left."""

MOST_LAYERS = 5
"""Rounds in which references and tags are still read. Disguise inside disguise inside disguise needs three."""

_ODD_ASCII = re.compile(f"[{CONTROLS}&<]")
_ODD_LATIN = re.compile(f"[^{PLAIN_LATIN}]|[&<]")
_CONTROL = re.compile(f"[{CONTROLS}]")
_OPENING = re.compile("[&<]")


def prepare(text: str) -> Prepared:
    """The text with its disguise undone, and the way back from every code point of it to the original.

    Never raises, for any string, and does the same for the same text; a text without disguise comes back as it is.
    Preparing a prepared text changes nothing. Case and accents stay: folding them is the tokenizer's part.

    `undone` holds the kinds that occurred: "confusable" (letters of another script), "digit" (digits of other
    scripts, keycaps, circled digits, letters posing as digits), "entity" (HTML references), "invisible" (unseen
    characters inside a word or number), "letters" (boxed letters, regional indicators), "markup" (tags between
    digits), "marks" (combining marks), "styled" (full-width, mathematical and other forms of ASCII), "symbol"
    (look-alikes of '@' and the dot).
    """
    if not _suspicious(text):
        return Prepared(text, range(len(text)), range(1, len(text) + 1), ())
    kinds: set[str] = set()
    traced = Traced.of(text)
    before, layer = None, 0
    while traced.text != before and _suspicious(traced.text):
        before = traced.text
        traced = _round(traced, STEPS if layer < MOST_LAYERS else _LAST_STEPS, kinds)
        layer += 1
    return Prepared(traced.text, traced.starts, traced.ends, tuple(sorted(kinds - {""})))


def _round(traced: Traced, steps: Sequence[Step], kinds: set[str]) -> Traced:
    """The text after every step once, or until nothing is left to do; adds what was undone to `kinds`."""
    for step in steps:
        edits = step(traced.text)
        if edits:
            kinds.update(edit.kind for edit in edits)
            traced = rewritten(traced, edits)
            if not _suspicious(traced.text):
                break
    return traced


def _unopened(text: str) -> list[Edit]:
    return [Edit(*sign.span(), "", "") for sign in _OPENING.finditer(text)]


# Only references and tags can hide disguise inside disguise without end, and peeling one layer a round would take
# quadratic time: past the limit their opening signs go instead. What remains ends by itself, since no other step turns
# ASCII into anything else or brings a folded form back.
_LAST_STEPS: tuple[Step, ...] = (*_FORMS, _unopened, *_READINGS)


def _suspicious(text: str) -> bool:
    """Whether any step may find something to do; cheap, since most texts are plain Latin and end here."""
    found = _ODD_ASCII.search(text) if text.isascii() else _ODD_LATIN.search(text)
    if found is None:
        return False
    odd = not text.isascii() or _CONTROL.search(text)
    return bool(odd) or ("&" in text and ";" in text) or ("<" in text and ">" in text)
