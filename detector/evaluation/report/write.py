"""The order of the report, and what it says between its tables."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from detector.evaluation.card import CARD, model_card
from detector.evaluation.curves import BINS, calibration_error, reliability
from detector.evaluation.exam import EXAM, UNSEEN, Unseen
from detector.evaluation.extras import require
from detector.evaluation.intervals import ROUNDS, SEED
from detector.evaluation.report import figures
from detector.evaluation.report.evidence import finders, unshown
from detector.evaluation.report.markdown import figure, picture, table
from detector.evaluation.report.mistakes import MOST, false_alarms, misses
from detector.evaluation.results import Judged, Result
from detector.model.manifest import Manifest

REPORT = "REPORT.md"
CHOSEN = "held_out"
"""The manifest's member with the figures at the thresholds; a bundle that training did not export has none."""

CURVES = "threshold_curve"
"""The manifest's member among its metrics that is drawn, not listed."""


def write_report(folder: Path, manifest: Manifest, groups: Sequence[Judged], today: date) -> Path:
    """Writes the report on a bundle's judgements into `folder`, which is made, and gives the document's path.

    The model card stands beside it, for a bundle whose manifest holds the figures of its training.
    Texts are quoted only of groups that are the project's own. Raises `Misconfigured` without the extra `report`.
    """
    require("matplotlib", "the report")
    folder.mkdir(parents=True, exist_ok=True)
    parts = list(_opening(manifest, groups, today))
    for group in groups:
        parts += _group(group, Unseen.of(manifest), folder)
    parts += _manifest(manifest, folder)
    path = folder / REPORT
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    if CHOSEN in manifest.metrics:
        (folder / CARD).write_text(model_card(manifest), encoding="utf-8")
    return path


def _opening(manifest: Manifest, groups: Sequence[Judged], today: date) -> Iterator[str]:
    identity = f"{manifest.modelCode}/{manifest.modelVersion}/{manifest.refreshVersion}"
    yield f"# How good {identity} is"
    yield f"Measured on {today.isoformat()} with `detector evaluate --report`."
    if groups:
        served = groups[0].model.thresholds.items()
        yield f"A text is called a leak from: {', '.join(f'{kind.value} {value:.2f}' for kind, value in served)}."
    yield "\n".join(f"- **{group.model.group.name}**: {_ABOUT.get(group.model.group.name, _FILES)}" for group in groups)
    yield figures.headline([group.model for group in groups])
    yield (
        f"In brackets: 95 % of {ROUNDS} bootstrap rounds (percentiles, seed {SEED}). False alarms are the share of clean "
        "texts that were called. Evidence IoU is the characters that verdict and label both mark over those that either "
        "marks, a text that was not called counting 0."
    )


_ABOUT = {
    EXAM: "the project's own texts, written by voices that training never saw. Half of them leak and most clean ones are "
    "look-alikes, so false alarms on real texts are far rarer.",
    UNSEEN: "seed texts in languages, or with a family of disguise, that the recipe keeps out of training.",
}
_FILES = "labelled texts of the files that were named; none of them is quoted."


def _group(judged: Judged, unseen: Unseen, folder: Path) -> Iterator[str]:
    result = judged.model
    name, report = result.group.name, result.report
    yield f"## On the {name} texts"
    if judged.others:
        yield "### Beside simpler ways"
        yield figures.side_by_side([result, *judged.others])
        yield "Times are of this run, one text at a time, judges after each other on one machine."
    yield "### By kind, language and category"
    yield figures.by_name("kind", report.by_kind)
    yield figures.by_name("language", report.by_language, unseen.languages)
    yield figures.categories(report.by_category)
    yield "### By family of disguise"
    yield f"A text that leaks in several ways counts in each.{_star(unseen)}"
    yield figures.families(report.by_family, unseen)
    yield "### By look-alike"
    yield figures.lookalikes(report.by_family)
    yield from _probabilities(judged, folder)
    yield from _evidence(result)
    yield f"### Misses ({len(report.missed)}, at most {MOST} shown)"
    yield misses(result)
    yield f"### False alarms ({len(report.alarmed)}, at most {MOST} shown)"
    yield false_alarms(result)


def _star(unseen: Unseen) -> str:
    return f" Those with{figures.KEPT_OUT} were kept out of training." if unseen.families or unseen.languages else ""


def _probabilities(judged: Judged, folder: Path) -> Iterator[str]:
    # Only here is matplotlib imported: the command line must start without it.
    from detector.evaluation.report import plots  # noqa: PLC0415

    result, name = judged.model, judged.model.group.name
    plots.precision_recall_plot(result, judged.others, folder / f"{name}-precision-recall.png")
    plots.reliability_plot(result, folder / f"{name}-reliability.png")
    plots.histogram_plot(result, folder / f"{name}-scores.png")
    judgements = result.judgements
    bins = reliability([each.probability for each in judgements], [each.row.leak for each in judgements])
    yield "### Probabilities"
    yield picture(f"{name}-precision-recall.png", "precision against recall, with the operating points")
    yield picture(f"{name}-scores.png", "probabilities of clean and leaking texts")
    yield picture(f"{name}-reliability.png", "reliability")
    yield f"Expected calibration error over {BINS} bins of equal mass: {figure(calibration_error(bins)) or '-'}."


def _evidence(result: Result) -> Iterator[str]:
    leaks, missed = unshown(result)
    yield "### Evidence"
    yield (
        f"Evidence IoU {figure(result.evidence_iou) or '-'}; the category is right in "
        f"{figure(result.report.category_accuracy) or '-'} of the texts that were rightly called. Of {leaks} leaks in texts "
        f"that were called, {missed} are touched by no evidence."
    )
    yield finders(result)


def _manifest(manifest: Manifest, folder: Path) -> Iterator[str]:
    from detector.evaluation.report import plots  # noqa: PLC0415

    calibration = manifest.calibration
    yield "## What the bundle says of itself"
    yield f"{manifest.training.description}."
    numbers = {name: value for name, value in manifest.metrics.items() if name != CURVES}
    rows = [("temperature", f"{calibration.temperature:.4g}"), ("bias", f"{calibration.bias:.4g}"), *_flat(numbers)]
    yield table(("measured when it was made", "value"), rows)
    if curves := manifest.metrics.get(CURVES):
        plots.threshold_plot(curves, folder / "thresholds.png")
        yield picture(
            "thresholds.png", "precision and recall on held-out seeds, false alarms on real texts, by threshold"
        )


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Nested members with their paths as names, numbers and texts alone."""
    for name, value in values.items():
        path = f"{above}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}, ")
        elif isinstance(value, (int, float, str)):
            yield path, f"{value:.6g}" if isinstance(value, float) else str(value)
