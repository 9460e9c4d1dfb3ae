"""`detector evaluate`: how good the model is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from detector.cli.labelled import labelled_rows
from detector.cli.models import default_bundle, load_scorer
from detector.cli.options import with_settings
from detector.cli.progress import progress_for
from detector.evaluation import (
    Group,
    Judge,
    Judged,
    Result,
    Unseen,
    as_json,
    judged,
    own_groups,
    result_of,
    scorer_judge,
    show,
    show_side_by_side,
    side_by_side_json,
)
from detector.evaluation.baselines import PRESIDIO, THRESHOLDS, baselines
from detector.evaluation.baselines.trees import Trees
from detector.evaluation.extras import require
from detector.events import EventKind
from detector.model.bundle import load_bundle
from detector.settings import Settings

FILES = "named"
"""What the texts of the files on the command line are called together."""


@with_settings("bundle", "backend", "threads", "listing_threshold", "booking_threshold")
def evaluate(
    settings: Settings,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Labelled texts as JSON lines; without any, the project's own exam.")
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Also write REPORT.md, its pictures and the model card into this folder (extra: report)."),
    ] = None,
    with_baselines: Annotated[
        bool, typer.Option("--baselines", help="Also measure simpler ways to find leaks, side by side.")
    ] = False,
    trees: Annotated[
        Path | None,
        typer.Option(help="Also measure the fitted TF-IDF trees in this file, which is a pickle: trust it."),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that the report bears instead of today.")
    ] = None,
) -> None:
    """Judge labelled texts and print how good the judgements are.

    Precision, recall and F1, over all and per family, category and language, and how well the evidence overlaps the
    marked leaks. Without files these are the project's exam and the texts that the model's recipe kept out of training.

    A line is {"text", "label": "Fraud"|"NonFraud"} and, where known, "kind", "category", "family", "lang" and "spans"
    ([[start, end], ...] in code points).
    """
    if report is not None:
        require("matplotlib", "the report")
    scorer = load_scorer(settings)
    manifest = load_bundle(settings.bundle or default_bundle()).manifest
    groups = _named(files) if files else _own(Unseen.of(manifest))
    others = baselines() if with_baselines else {}
    if trees is not None:
        others["TF-IDF and trees"] = Trees.load(trees).judge
    results = []
    for group in groups:
        model = _judge(scorer.card.code, group, scorer_judge(scorer), scorer.card.thresholds)
        results.append(Judged(model, [_judge(name, group, judge, THRESHOLDS) for name, judge in others.items()]))
    console = Console()
    console.print(f"model {scorer.card.identity}")
    for result in results:
        _print(result, console)
    if with_baselines and PRESIDIO not in others:
        console.print("Presidio is not installed and was left out (extra: report).")
    if json is not None:
        json.write_text(dumps(_figures(results), indent=2) + "\n")
    if report is not None:
        from detector.evaluation.report import write_report  # noqa: PLC0415 - an extra

        written = write_report(report, manifest, results, (date or datetime.now(UTC)).date())
        console.print(f"report: {written}", soft_wrap=True)


def _named(files: Sequence[Path]) -> list[Group]:
    return [Group(FILES, labelled_rows(files))]


def _own(unseen: Unseen) -> list[Group]:
    # The other commands, the worker's above all, start without the training package.
    from detector.training.seeds import read_seeds  # noqa: PLC0415

    return own_groups(read_seeds(), unseen)


def _judge(name: str, group: Group, judge: Judge, thresholds: Mapping[EventKind, float]) -> Result:
    with progress_for(f"{group.name} texts, {name}", len(group.rows), shown=True) as watched:
        return result_of(name, group, judged(watched(group.rows), judge), thresholds)


def _print(result: Judged, console: Console) -> None:
    if result.model.group.own:
        console.print(f"\n[bold]{result.model.group.name} texts[/]")
    show(result.model.report, console)
    if result.others:
        show_side_by_side([result.model, *result.others], console)


def _figures(results: Sequence[Judged]) -> dict[str, Any]:
    """The first group's figures, and within them those of each further group under its name."""
    first, *others = [
        as_json(each.model.report) | ({"judges": side_by_side_json([each.model, *each.others])} if each.others else {})
        for each in results
    ]
    return first | {each.model.group.name: figures for each, figures in zip(results[1:], others, strict=True)}
