"""How good a judge is: labelled texts in, precision, recall, F1 and evidence overlap out. Needs no torch."""

from detector.evaluation.judging import Judge, bundle_judge
from detector.evaluation.measure import Report, Scores, evaluate
from detector.evaluation.rows import Labelled, read_labelled
from detector.evaluation.show import as_json, show

__all__ = [
    "Judge",
    "Labelled",
    "Report",
    "Scores",
    "as_json",
    "bundle_judge",
    "evaluate",
    "read_labelled",
    "show",
]
