"""Verdicts: the contract of the output topic, and how window scores become one."""

from detector.verdicts.aggregate import AttributeScore, attribute_score
from detector.verdicts.identity import verdict_id
from detector.verdicts.model import CATEGORIES, Evidence, Label, ScoreDetails, Source, Verdict
from detector.verdicts.reach import Reached, reach_verdict

__all__ = [
    "CATEGORIES",
    "AttributeScore",
    "Evidence",
    "Label",
    "Reached",
    "ScoreDetails",
    "Source",
    "Verdict",
    "attribute_score",
    "reach_verdict",
    "verdict_id",
]
