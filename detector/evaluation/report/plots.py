"""The report's pictures. Imports matplotlib, so only `write_report` imports this, once it is known to be there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from detector.evaluation.curves import precision_recall, reliability
from detector.evaluation.results import Result

BLUE, RED, GREEN, BLACK, GREY = "#1f5fa8", "#c8402f", "#7fb59a", "#333333", "#777777"
_KIND_COLOURS = {"LISTING_UPDATE": BLUE, "BOOKING": RED}


def precision_recall_plot(result: Result, others: Sequence[Result], file: Path) -> None:
    """A curve for each kind of event with its operating point; other judges as single points over all kinds."""
    figure, axes = _new("recall", "precision")
    for kind, threshold in result.thresholds.items():
        chosen = [each for each in result.judgements if each.row.kind is kind]
        curve = precision_recall([each.probability for each in chosen], [each.row.leak for each in chosen])
        if curve is None:
            continue
        colour = _KIND_COLOURS[kind.value]
        label = f"{kind.value} (average precision {curve.average_precision:.3f})"
        axes.step(curve.recall, curve.precision, where="pre", color=colour, label=label)
        scores = result.report.by_kind[kind.value]
        if scores.precision is not None and scores.recall is not None:
            axes.plot(scores.recall, scores.precision, "o", color=colour, label=f"as served, from {threshold:.2f} on")
    for other, marker in zip(others, "sD^vPX*" * len(others), strict=False):
        overall = other.report.overall
        if overall.precision is not None and overall.recall is not None:
            axes.plot(overall.recall, overall.precision, marker, color=GREY, label=other.name)
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02))
    _save(figure, axes, file)


def reliability_plot(result: Result, file: Path) -> None:
    """Mean probability against the share of leaks, in bins of equal mass."""
    figure, axes = _new("mean probability", "share of leaks")
    probabilities, leaks = _answers(result)
    bins = reliability(probabilities, leaks)
    axes.plot([0, 1], [0, 1], "--", color=GREY, label="perfect")
    confidence, share = [each.confidence for each in bins], [each.leaks for each in bins]
    axes.plot(confidence, share, "o-", color=BLUE, label=f"{len(bins)} bins of equal mass")
    axes.set(xlim=(0, 1), ylim=(-0.02, 1.02))
    _save(figure, axes, file)


def histogram_plot(result: Result, file: Path) -> None:
    """How many leaking and clean texts got which probability, with the thresholds."""
    figure, axes = _new("probability of a leak", "texts")
    answers = list(zip(*_answers(result), strict=True))
    sides = [[probability for probability, leak in answers if leak is side] for side in (False, True)]
    axes.hist(sides, bins=[step / 20 for step in range(21)], color=[GREEN, BLACK], label=["clean", "leak"])
    for kind, threshold in result.thresholds.items():
        axes.axvline(threshold, color=_KIND_COLOURS[kind.value], linestyle=":", label=f"{kind.value} {threshold:.2f}")
    _save(figure, axes, file)


def threshold_plot(curves: Mapping[str, Sequence[Mapping[str, float]]], file: Path) -> None:
    """What each threshold gave when the bundle was made: recall and precision, and false alarms on real texts."""
    figure, axes = _new("threshold", "share")
    styles = (("recall", "-"), ("precision", "--"), ("false_alarms", ":"))
    for kind, all_points in sorted(curves.items()):
        # Where nothing is called any more there is no precision to draw.
        points = [point for point in all_points if point["recall"] > 0]
        at = [point["threshold"] for point in points]
        for name, style in styles:
            label = f"{kind} {name.replace('_', ' ')}"
            axes.plot(at, [point[name] for point in points], style, color=_KIND_COLOURS.get(kind, GREY), label=label)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    _save(figure, axes, file)


def _answers(result: Result) -> tuple[list[float], list[bool]]:
    return [each.probability for each in result.judgements], [each.row.leak for each in result.judgements]


def _new(x: str, y: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6.4, 4.4), layout="constrained")
    axes = figure.subplots()
    axes.set(xlabel=x, ylabel=y)
    axes.grid(alpha=0.3)
    return figure, axes


def _save(figure: Figure, axes: Axes, file: Path) -> None:
    """Without the metadata that names the library's version, so that equal figures are equal files."""
    if axes.get_legend_handles_labels()[0]:
        # In a place of its own: matplotlib's search for the best one warns where it is slow, as on a busy machine.
        figure.legend(fontsize="small", loc="outside lower center", ncols=2)
    metadata: dict[str, Any] = {"Software": None}
    figure.savefig(file, dpi=120, metadata=metadata)
