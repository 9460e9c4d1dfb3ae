"""The texts of the behaviour tests: one a line in `texts/*.txt`, `kind language name | text`.

`[[ ]]` stands round a leak, or round whatever else a test takes out or replaces; a text has at most one.
All texts were written for these tests, apart from the seeds; every identifier in them is fictional.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from detector.events import EventKind

TEXTS = Path(__file__).parent / "texts"
CATEGORIES = ("phone", "email", "url", "social", "messenger", "solicitation")
KINDS = {"listing": EventKind.LISTING_UPDATE, "message": EventKind.BOOKING}

PASS_RATE = 0.95
"""Share of a family's cases that must pass: one hard text is no news, a family that gives way is."""

_LINE = re.compile(r"(?P<name>(?P<kind>listing|message) [a-z]{2} [a-z ]+) \| (?P<text>.+)")
_MARK = re.compile(r"\[\[(.+?)\]\]")


class Case(NamedTuple):
    """A text in three parts, so that the middle one can be changed; a clean text is all `before`."""

    name: str
    kind: EventKind
    before: str
    marked: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The text as it is judged."""
        return self.before + self.marked + self.after

    @property
    def leak(self) -> range:
        """The code points of the text that are marked."""
        return range(len(self.before), len(self.before) + len(self.marked))

    def with_marked(self, marked: str) -> str:
        """The text with other words in the marked place."""
        return self.before + marked + self.after


def cases(family: str) -> tuple[Case, ...]:
    """The cases of `texts/<family>.txt`, in its order; raises `ValueError` for a line of another form."""
    path = TEXTS / f"{family}.txt"
    read = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(f"{path.name}:{number} is not of the form 'kind language name | text': {line[:60]!r}")
        parts = _MARK.split(found["text"])
        if len(parts) > 3:
            raise ValueError(f"{path.name}:{number} marks several places; a case has at most one.")
        read.append(Case(f"{family} {found['name']}".replace(" ", "-"), KINDS[found["kind"]], *parts))
    return tuple(read)


def plain_leaks() -> tuple[Case, ...]:
    """The plain leaks of all categories."""
    return tuple(case for category in CATEGORIES for case in cases(category))


def known_miss(what: str, case: Case) -> list[pytest.MarkDecorator]:
    """The mark of a case that `known_misses.txt` lists: it must fail, so that the list never outlives its reason."""
    lines = Path(__file__).with_name("known_misses.txt").read_text(encoding="utf-8").splitlines()
    return [pytest.mark.xfail(strict=True, reason="known miss")] if f"{what} {case.name}" in lines else []


def assert_mostly(failed: Sequence[str], of: int, at_least: float = PASS_RATE) -> None:
    """Of so many cases, these few may fail; the message names them."""
    assert of > 0
    passed = 1 - len(failed) / of
    assert passed >= at_least, f"{passed:.1%} of {of} cases pass; these fail: {', '.join(failed)}"
