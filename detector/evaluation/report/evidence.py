"""Where verdicts point: how well, and who found it - the model, an exact recogniser, or both."""

from collections import Counter

from detector.evaluation.measure import is_called
from detector.evaluation.report.markdown import figure, table
from detector.evaluation.results import Result


def finders(result: Result) -> str:
    """The spans that verdicts show, by who found them, and how many of those touch a marked leak."""
    shown, right = Counter[str](), Counter[str]()
    for judgement in result.judgements:
        if not is_called(judgement, result.thresholds):
            continue
        for span in judgement.spans:
            finder = " and ".join(sorted(span.found_by))
            shown[finder] += 1
            right[finder] += any(start < span.end and span.start < end for start, end in judgement.row.spans)
    rows = [(who, shown[who], right[who], figure(right[who] / shown[who])) for who in sorted(shown)]
    return table(("found by", "spans shown", "on a leak", "share"), rows)


def unshown(result: Result) -> tuple[int, int]:
    """Leaks that verdicts on leaking texts could have shown, and how many of them no evidence touches."""
    leaks = missed = 0
    for judgement in result.judgements:
        if is_called(judgement, result.thresholds):
            for start, end in judgement.row.spans:
                leaks += 1
                missed += not any(span.start < end and start < span.end for span in judgement.spans)
    return leaks, missed
