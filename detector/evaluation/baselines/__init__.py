"""Simpler ways to find leaks, to be measured beside the model: each a `Judge` that calls a leak from 0.5 on."""

from collections.abc import Mapping
from importlib.util import find_spec

from detector.evaluation.baselines.presidio import presidio_judge
from detector.evaluation.baselines.recognised import recognised_judge
from detector.evaluation.baselines.regex import regex_judge
from detector.evaluation.judging import Judge
from detector.events import EventKind

THRESHOLDS: Mapping[EventKind, float] = dict.fromkeys(EventKind, 0.5)
"""A baseline's decision point, for every kind of event."""

PRESIDIO = "Presidio recognizers"


def baselines() -> dict[str, Judge]:
    """The judges by name that need no fitting: Presidio is among them where it is installed (extra: report)."""
    judges: dict[str, Judge] = {"regular expressions": regex_judge, "recognisers alone": recognised_judge}
    if find_spec("presidio_analyzer"):
        judges[PRESIDIO] = presidio_judge()
    return judges
