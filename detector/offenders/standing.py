"""The small record beside an offender's panes: how far its time has come, which panes there are, what was reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from detector.offenders.times import KEPT_MS


class Report(NamedTuple):
    """The newest escalation of one rule: event time at which it was crossed, its id, and what was counted then."""

    at_ms: int
    escalation_id: str
    violations: int
    listings: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Immutable; at most about 10 KB.

    `newest_ms` is the newest event time; `panes` maps an hour to its number of parts, at most 721 hours; `reports` maps
    a rule's name to its newest report.
    """

    newest_ms: int
    panes: Mapping[int, int] = field(default_factory=dict)
    reports: Mapping[str, Report] = field(default_factory=dict)

    @property
    def horizon_ms(self) -> int:
        """Violations at or before this time are not kept."""
        return self.newest_ms - KEPT_MS

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be lost with it."""
        return not self.panes and not self.reports

    def to_plain(self) -> dict[str, Any]:
        """As a JSON value."""
        return {
            "newest": self.newest_ms,
            "panes": {str(hour): parts for hour, parts in self.panes.items()},
            "reports": {name: list(report) for name, report in self.reports.items()},
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Standing":
        """What `to_plain` made."""
        return cls(
            plain["newest"],
            {int(hour): parts for hour, parts in plain["panes"].items()},
            {name: Report(*report) for name, report in plain["reports"].items()},
        )
