"""How good a judge is: labelled texts in, precision, recall, F1 and evidence overlap out. Needs no torch."""

from detector.evaluation.exam import Group, Unseen, own_groups
from detector.evaluation.judging import Judge, Judgement, bundle_judge, judged, scorer_judge
from detector.evaluation.measure import Report, Scores, evaluate
from detector.evaluation.results import Judged, Result, result_of
from detector.evaluation.rows import Labelled, read_labelled
from detector.evaluation.show import as_json, show, show_side_by_side, side_by_side_json

__all__ = [
    "Group",
    "Judge",
    "Judged",
    "Judgement",
    "Labelled",
    "Report",
    "Result",
    "Scores",
    "Unseen",
    "as_json",
    "bundle_judge",
    "evaluate",
    "judged",
    "own_groups",
    "read_labelled",
    "result_of",
    "scorer_judge",
    "show",
    "show_side_by_side",
    "side_by_side_json",
]
