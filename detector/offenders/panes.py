"""What happened to one offender in one hour of event time, as a value small enough for one record.

A pane carries its own sums, so that a window that covers it whole reads those; its violations are opened only where
the window's edge cuts through. An hour with more than `MOST_ENTRIES` has several panes, its parts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from detector.offenders.sighting import Sighting

MOST_ENTRIES = 128
"""Violations and mendings in one pane. With the longest ids allowed a pane stays under 1 MB, what a broker takes in one
record by default; with usual ones it has about 12 KB."""


class PaneId(NamedTuple):
    """Which pane of an offender: hours since 1970, and the part of that hour, from 0."""

    hour: int
    part: int


class Violation(NamedTuple):
    """One violation as it stands in a pane."""

    at_ms: int
    verdict_id: str
    subject: str
    listing: str
    score: float
    categories: Sequence[str]


@dataclass(frozen=True, slots=True)
class Pane:
    """Immutable; `having` makes the next one.

    `places` are the [subject, listing] pairs seen, each once; `rows` the violations, each as [at, verdict
    id, index of its place, score, categories]; `mended` maps a subject to the newest mending that fell into this pane;
    `categories` counts violations. `first_ms` and `last_ms` are -1 without violations.
    """

    first_ms: int = -1
    last_ms: int = -1
    highest: float = 0.0
    categories: Mapping[str, int] = field(default_factory=dict)
    places: Sequence[Sequence[Any]] = field(default=(), repr=False)
    rows: Sequence[Sequence[Any]] = field(default=(), repr=False)
    mended: Mapping[str, int] = field(default_factory=dict, repr=False)

    @property
    def count(self) -> int:
        """Violations in it."""
        return len(self.rows)

    @property
    def is_full(self) -> bool:
        """Whether the next entry belongs into the next part of the hour."""
        return len(self.rows) + len(self.mended) >= MOST_ENTRIES

    def listings(self) -> set[str]:
        """The distinct listings that leaked."""
        return {listing for _, listing in self.places}

    def knows(self, sighting: Sighting) -> bool:
        """Whether the sighting would add nothing: its verdict is counted here, or its mending is in force."""
        if sighting.violation:
            return any(row[1] == sighting.verdict_id for row in self.rows)
        return self.mended.get(sighting.subject, -1) >= sighting.at_ms

    def violations(self) -> Iterator[Violation]:
        """Opened: each of them, in no particular order."""
        for at_ms, verdict_id, place, score, categories in self.rows:
            subject, listing = self.places[place]
            yield Violation(at_ms, verdict_id, subject, listing, score, categories)

    def having(self, sighting: Sighting) -> "Pane":
        """The pane with one more entry, which it does not know yet."""
        if not sighting.violation:
            return replace(self, mended={**self.mended, sighting.subject: sighting.at_ms})
        here = [sighting.subject, sighting.listing]
        places = self.places if here in self.places else [*self.places, here]
        row = [sighting.at_ms, sighting.verdict_id, places.index(here), sighting.score, sighting.categories]
        counts = {name: self.categories.get(name, 0) + 1 for name in sighting.categories}
        return replace(
            self,
            first_ms=min(self.first_ms, sighting.at_ms) if self.rows else sighting.at_ms,
            last_ms=max(self.last_ms, sighting.at_ms),
            highest=max(self.highest, sighting.score),
            categories={**self.categories, **counts},
            places=places,
            rows=[*self.rows, row],
        )

    def to_plain(self) -> dict[str, Any]:
        """As a JSON value."""
        return {
            "first": self.first_ms,
            "last": self.last_ms,
            "highest": self.highest,
            "categories": dict(self.categories),
            "places": [list(place) for place in self.places],
            "rows": [list(row) for row in self.rows],
            "mended": dict(self.mended),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Pane":
        """What `to_plain` made; takes the lists as they are, so that a pane that is not opened costs nothing."""
        return cls(
            plain["first"],
            plain["last"],
            plain["highest"],
            plain["categories"],
            plain["places"],
            plain["rows"],
            plain["mended"],
        )
