"""Repeat offenders: who keeps leaking, counted over sliding windows of event time.

Two stages, because verdicts are keyed by listing and offenders are counted by partner: `follow` turns a verdict into
sightings, `consider` turns a sighting into what changes and what is told.
"""

from detector.offenders.book import Book, MemoryBook
from detector.offenders.consider import Change, Effect, consider, sweep
from detector.offenders.escalation import ESCALATION_ID, RULE, Escalation, EscalationRule, Message
from detector.offenders.panes import Pane, PaneId
from detector.offenders.profile import Profile, profile
from detector.offenders.rules import DEFAULT_RULES, EscalationPolicy, Rule, parse_rules
from detector.offenders.sighting import Sighting
from detector.offenders.standing import Report, Standing
from detector.offenders.trail import Followed, Trail, follow, follow_tombstone
from detector.offenders.who import Kind, kind_and_id, who_is

__all__ = [
    "DEFAULT_RULES",
    "ESCALATION_ID",
    "RULE",
    "Book",
    "Change",
    "Effect",
    "Escalation",
    "EscalationPolicy",
    "EscalationRule",
    "Followed",
    "Kind",
    "MemoryBook",
    "Message",
    "Pane",
    "PaneId",
    "Profile",
    "Report",
    "Rule",
    "Sighting",
    "Standing",
    "Trail",
    "consider",
    "follow",
    "follow_tombstone",
    "kind_and_id",
    "parse_rules",
    "profile",
    "sweep",
    "who_is",
]
