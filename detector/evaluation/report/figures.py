"""The report's numbers: headline, judges side by side, and the tables by kind, language, category and family."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean

from detector.evaluation.exam import Unseen
from detector.evaluation.intervals import mean_interval, ratio_intervals
from detector.evaluation.measure import Scores, shown_overlap
from detector.evaluation.report.markdown import figure, table
from detector.evaluation.results import Result
from detector.events import EventKind

RATIOS = ("precision", "recall", "f1", "false_alarms")
KEPT_OUT = " \\*"
"""Behind the name of a family or language that the model was trained without."""


def headline(results: Sequence[Result]) -> str:
    """A row for each group of texts, and below it one for each kind of event in it, with intervals."""
    rows = []
    for result in results:
        rows.append((f"**{result.group.name}**", *_ratios(result.report.overall), _overlap(result, set(EventKind))))
        rows += [
            (kind, *_ratios(scores), _overlap(result, {EventKind(kind)}))
            for kind, scores in sorted(result.report.by_kind.items())
        ]
    header = ("texts", "number", "leaks", "precision", "recall", "F1", "false alarms", "evidence IoU")
    return table(header, rows)


def side_by_side(results: Sequence[Result]) -> str:
    """Judges on one group of texts, each at its own threshold."""
    header = ("judge", "precision", "recall", "F1", "false alarms", "evidence IoU", "ms per text (median)")
    rows = []
    for result in results:
        scores = result.report.overall
        time = None if result.milliseconds is None else f"{result.milliseconds:.2f}"
        ratios = (figure(getattr(scores, name)) for name in RATIOS)
        rows.append((result.name, *ratios, figure(result.evidence_iou), time))
    return table(header, rows)


def by_name(title: str, groups: Mapping[str, Scores], kept_out: frozenset[str] = frozenset()) -> str:
    """Texts, leaks found and false alarms of each kind or language, the largest first."""
    header = (title, "texts", "leaks", "found", "clean", "alarms", "precision", "recall", "F1")
    rows = []
    for name, scores in sorted(groups.items(), key=lambda item: (-item[1].total, item[0])):
        leaks = scores.true_positives + scores.false_negatives
        counts = (scores.total, leaks, scores.true_positives, scores.total - leaks, scores.false_positives)
        ratios = (figure(getattr(scores, ratio)) for ratio in ("precision", "recall", "f1"))
        rows.append((_marked(name, kept_out), *counts, *ratios))
    return table(header, rows)


def categories(groups: Mapping[str, Scores]) -> str:
    """The recall of each category of leak, the worst first."""
    return table(("category", "texts", "found", "recall"), [(name, *_found(scores)) for name, scores in _worst(groups)])


def families(groups: Mapping[str, Scores], unseen: Unseen) -> str:
    """The recall of each family of disguise, the worst first."""
    rows = [(_marked(name, unseen.families), meaning(name), *_found(scores)) for name, scores in _worst(groups)]
    return table(("family", "what it is", "texts", "found", "recall"), rows, left=2)


def lookalikes(groups: Mapping[str, Scores]) -> str:
    """The false alarms of each group of look-alikes among the clean texts, the worst first."""
    rows = []
    for name, scores in sorted(groups.items(), key=lambda item: (-(item[1].false_alarms or 0), item[0])):
        clean = scores.false_positives + scores.true_negatives
        if clean:
            rows.append((name, meaning(name), clean, scores.false_positives, figure(scores.false_alarms)))
    return table(("look-alike", "what it is", "texts", "alarms", "share"), rows, left=2)


def meaning(family: str) -> str:
    """What the project's name of a family or look-alike group stands for; empty for a name that is not its own."""
    return _meanings().get(family, "")


def _worst(groups: Mapping[str, Scores]) -> list[tuple[str, Scores]]:
    """The groups that hold leaks, by recall."""
    return sorted(
        ((n, s) for n, s in groups.items() if s.recall is not None), key=lambda each: (each[1].recall, each[0])
    )


def _found(scores: Scores) -> tuple[object, ...]:
    return scores.true_positives + scores.false_negatives, scores.true_positives, figure(scores.recall)


def _marked(name: str, kept_out: frozenset[str]) -> str:
    return name + KEPT_OUT if name in kept_out else name


def _overlap(result: Result, kinds: Collection[EventKind]) -> str | None:
    if result.evidence_iou is None:
        return None
    marked = [each for each in result.judgements if each.row.leak and each.row.spans and each.row.kind in kinds]
    overlaps = [shown_overlap(each, result.thresholds) for each in marked]
    return figure(fmean(overlaps), mean_interval(overlaps)) if overlaps else None


def _ratios(scores: Scores) -> tuple[object, ...]:
    intervals = ratio_intervals(scores)
    leaks = scores.true_positives + scores.false_negatives
    return (scores.total, leaks, *(figure(getattr(scores, name), intervals[name]) for name in RATIOS))


@cache
def _meanings() -> dict[str, str]:
    lines = Path(__file__).with_name("families.txt").read_text(encoding="utf-8").splitlines()
    return {name: words for name, _, words in (line.partition(" ") for line in lines)}
