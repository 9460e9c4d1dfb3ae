"""A report as tables for a person and as JSON for a machine."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.table import Table

from detector.evaluation.measure import Report, Scores
from detector.evaluation.results import Result

_GROUPS = ("kind", "language", "category", "family")


def show(report: Report, console: Console) -> None:
    """Prints the tables; groups with a mistake in them stand out."""
    console.print(_tables(report))


def show_side_by_side(results: Sequence[Result], console: Console) -> None:
    """Prints judges of one group of texts, one a row."""
    table = Table(title="Beside simpler ways", title_justify="left")
    table.add_column("judge", no_wrap=True)
    for name in ("precision", "recall", "F1", "false alarms", "evidence IoU", "ms per text"):
        table.add_column(name, justify="right")
    for result in results:
        scores = result.report.overall
        ratios = (scores.precision, scores.recall, scores.f1, scores.false_alarms, result.evidence_iou)
        milliseconds = "-" if result.milliseconds is None else f"{result.milliseconds:.2f}"
        table.add_row(result.name, *map(_text, ratios), milliseconds)
    console.print(table)


def side_by_side_json(results: Sequence[Result]) -> dict[str, Any]:
    """Judges by name, each with its overall numbers."""
    return {
        result.name: {
            **_numbers(result.report.overall),
            "evidence_iou": _rounded(result.evidence_iou),
            "milliseconds": _rounded(result.milliseconds),
        }
        for result in results
    }


def as_json(report: Report) -> dict[str, Any]:
    """The numbers by name, ready for `json.dumps`; ratios without a denominator are null."""
    return {
        "overall": _numbers(report.overall),
        **{f"by_{group}": {k: _numbers(v) for k, v in sorted(_group(report, group).items())} for group in _GROUPS},
        "evidence_iou": _rounded(report.evidence_iou),
        "category_accuracy": _rounded(report.category_accuracy),
        "missed": report.missed,
        "alarmed": report.alarmed,
    }


def _tables(report: Report) -> RenderableType:
    summary = Table(title="Overall", title_justify="left")
    for name in ("texts", "precision", "recall", "F1", "false alarms", "evidence IoU", "category right"):
        summary.add_column(name, justify="right")
    scores = report.overall
    values = (
        scores.precision,
        scores.recall,
        scores.f1,
        scores.false_alarms,
        report.evidence_iou,
        report.category_accuracy,
    )
    summary.add_row(str(scores.total), *map(_text, values))
    return Group(summary, *(_table(group, _group(report, group)) for group in _GROUPS))


def _table(title: str, groups: Mapping[str, Scores]) -> Table:
    table = Table(title=f"By {title}", title_justify="left")
    table.add_column(title, no_wrap=True)
    for name in ("texts", "leaks", "found", "clean", "alarms", "precision", "recall", "F1"):
        table.add_column(name, justify="right")
    for name, scores in sorted(groups.items(), key=lambda item: (-item[1].total, item[0])):
        leaks = scores.true_positives + scores.false_negatives
        counts = (scores.total, leaks, scores.true_positives, scores.total - leaks, scores.false_positives)
        style = "bold red" if scores.false_negatives or scores.false_positives else None
        ratios = (scores.precision, scores.recall, scores.f1)
        table.add_row(name, *map(str, counts), *map(_text, ratios), style=style)
    return table


def _group(report: Report, group: str) -> dict[str, Scores]:
    groups: dict[str, Scores] = getattr(report, f"by_{group}")
    return groups


def _numbers(scores: Scores) -> dict[str, Any]:
    counts = ("true_positives", "false_positives", "false_negatives", "true_negatives")
    ratios = ("precision", "recall", "f1", "false_alarms")
    numbers: dict[str, Any] = {name: getattr(scores, name) for name in counts}
    return numbers | {name: _rounded(getattr(scores, name)) for name in ratios}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _text(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
