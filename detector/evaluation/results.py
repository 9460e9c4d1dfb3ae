"""A judge's judgements on a group of texts, with all that is counted of them; and judges side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from detector.evaluation.exam import Group
from detector.evaluation.judging import Judgement
from detector.evaluation.measure import Report, count
from detector.events import EventKind


@dataclass(frozen=True, slots=True)
class Result:
    """One judge, named, on one group."""

    name: str
    group: Group
    thresholds: Mapping[EventKind, float]
    judgements: Sequence[Judgement]
    report: Report

    @property
    def evidence_iou(self) -> float | None:
        """As in the report; None for a judge that never shows evidence."""
        return self.report.evidence_iou if any(each.spans for each in self.judgements) else None

    @property
    def milliseconds(self) -> float | None:
        """The median time for a text."""
        return 1000 * median(each.seconds for each in self.judgements) if self.judgements else None


def result_of(
    name: str, group: Group, judgements: Sequence[Judgement], thresholds: Mapping[EventKind, float]
) -> Result:
    """Counts what a judge said of a group's rows."""
    return Result(name, group, thresholds, judgements, count(judgements, thresholds))


@dataclass(frozen=True, slots=True)
class Judged:
    """A group of texts as the model judged it, and whatever was asked beside it."""

    model: Result
    others: Sequence[Result] = field(default=())
