"""What a recogniser says: a kind and a place."""

from typing import NamedTuple

MOST_DIGITS = 16
"""Longer runs count as this many."""

FEWEST_DIGITS = 6

CATEGORY = {"phone": "phone", "email": "email", "link": "url", "domain": "url", "handle": "social"}
"""Kinds that are a contact detail by their form alone, and which."""

KINDS = (
    *(f"digits-{count}" for count in range(FEWEST_DIGITS, MOST_DIGITS + 1)),
    *(f"words-{count}" for count in (6, 8, 10, 12)),
    "phone",
    "email",
    "handle",
    "link",
    "domain",
    "run-on",
    "spelled",
)
"""`digits-N`: N digits with at most three signs between any two. `words-N`: at least N digits, some or all of them
spelled out. `phone`: digits that are a valid number of some country. `run-on`: two words around a full stop that would
be a domain, were the second not capitalised like the start of a sentence. `spelled`: an address with its signs said."""


class Finding(NamedTuple):
    """Half-open code points of the prepared text, and one of `KINDS`."""

    start: int
    end: int
    kind: str

    @property
    def category(self) -> str | None:
        """The contact detail that this is by its form alone, if any."""
        return CATEGORY.get(self.kind)
