"""The message that an offender keeps leaking: the contract of the escalations topic."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import islice
from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, Field

from detector.events.model import WireModel
from detector.offenders.history import History
from detector.offenders.rules import Rule
from detector.offenders.sighting import Sighting
from detector.offenders.times import moment_of
from detector.offenders.who import Kind, kind_and_id
from detector.verdicts.model import Probability

MOST_IDS = 50
"""Ids of verdicts and of listings that one escalation names, the newest; the counts are of all."""

ESCALATION_ID = "detector.escalation-id"
RULE = "detector.rule"

Count = Annotated[int, Field(ge=1)]


class EscalationRule(WireModel):
    """The rule that was crossed, as it was set then."""

    name: str
    violations: Count
    listings: Count
    window_seconds: Count


class Escalation(WireModel):
    """One crossing of one rule by one offender. It never repeats a text."""

    escalation_id: str = Field(description="Same whenever the same crossing is told again.")
    rule: EscalationRule
    offender: Kind = Field(description="Who is meant: a partner, or a listing where no partner is known.")
    partner_id: str | None = Field(default=None, description="Given if a partner is meant.")
    listing_id: str | None = Field(default=None, description="Given if a listing is meant.")
    violations: Count = Field(description="Violations in the window that ends at `at`, mended ones included.")
    open: Annotated[int, Field(ge=0)] = Field(
        description="How many of them no later clean verdict or deletion of their listing has mended."
    )
    listings: Count = Field(description="Distinct listings among them.")
    listing_ids: list[str] = Field(description=f"Their ids, those of the latest hours first; at most {MOST_IDS}.")
    categories: dict[str, Count] = Field(description="Category of evidence to the number of violations that show it.")
    highest_score: Probability
    verdict_ids: list[str] = Field(description=f"Verdicts that were counted, the newest first; at most {MOST_IDS}.")
    since: AwareDatetime = Field(description="Event time of the first violation in the window.")
    at: AwareDatetime = Field(description="Event time of the newest violation in the window.")

    @property
    def message(self) -> "Message":
        """As it is written to the escalations topic."""
        return Message(
            key=(self.partner_id or self.listing_id or "").encode(),
            value=self.model_dump_json(by_alias=True, exclude_none=True).encode(),
            headers=((ESCALATION_ID, self.escalation_id.encode()), (RULE, self.rule.name.encode())),
        )


class Message(NamedTuple):
    """A record's key, value and headers."""

    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


def escalation_id(who: str, rule: Rule, verdict_id: str) -> str:
    """32 hex digits of SHA-256 over offender, rule and the verdict that crossed it, NUL-separated."""
    return sha256(f"{who}\0{rule}\0{verdict_id}".encode()).hexdigest()[:32]


def escalation_of(rule: Rule, sighting: Sighting, history: History, end_ms: int) -> Escalation:
    """What to tell of the window that ends at `end_ms` and that `sighting` filled."""
    start_ms = end_ms - rule.window_ms
    tally = history.tally(start_ms, end_ms)
    kind, identity = kind_and_id(sighting.who)
    return Escalation(
        escalation_id=escalation_id(sighting.who, rule, sighting.verdict_id),
        rule=EscalationRule(
            name=rule.name,
            violations=rule.violations,
            listings=rule.listings,
            window_seconds=rule.window_ms // 1000,
        ),
        offender=kind,
        partner_id=identity if kind is Kind.PARTNER else None,
        listing_id=identity if kind is Kind.LISTING else None,
        violations=tally.violations,
        open=tally.open,
        listings=len(tally.listings),
        listing_ids=list(islice(tally.listings, MOST_IDS)),
        categories=dict(sorted(tally.categories.items())),
        highest_score=tally.highest,
        verdict_ids=[each.verdict_id for each in history.newest(start_ms, end_ms, MOST_IDS)],
        since=moment_of(tally.first_ms),
        at=moment_of(end_ms),
    )
