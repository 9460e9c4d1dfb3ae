"""`detector evaluate`: how good the model is on labelled texts."""

from json import dumps
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.cli.models import load_scorer
from detector.cli.options import with_settings
from detector.cli.progress import progress_for
from detector.evaluation import as_json, read_labelled, show
from detector.evaluation import evaluate as measure
from detector.evaluation.judging import scorer_judge
from detector.settings import Settings


@with_settings("bundle", "threads")
def evaluate(
    settings: Settings,
    files: Annotated[list[Path], typer.Argument(help="Labelled texts as JSON lines.")],
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
) -> None:
    """Judge labelled texts and print how good the judgements are.

    Precision, recall and F1, over all and per family, category and language, and how well the evidence overlaps the
    marked leaks.

    A line is {"text", "label": "Fraud"|"NonFraud"} and, where known, "kind", "category", "family", "lang" and "spans"
    ([[start, end], ...] in code points).
    """
    scorer = load_scorer(settings)
    rows = [row for file in files for row in read_labelled(file)]
    with progress_for("judging", len(rows), shown=True) as watched:
        report = measure(watched(rows), scorer_judge(scorer), scorer.card.thresholds)
    console = Console()
    console.print(f"model {scorer.card.identity}")
    show(report, console)
    if json is not None:
        json.write_text(dumps(as_json(report), indent=2) + "\n")
