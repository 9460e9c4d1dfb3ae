"""`detector evaluate`: how good the model is on labelled texts."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.cli import models
from detector.cli.options import with_settings
from detector.cli.showing import progress_for
from detector.errors import Misconfigured
from detector.evaluation import Labelled, as_json, evaluate, read_labelled, show
from detector.evaluation.judging import scorer_judge
from detector.events import EventKind
from detector.settings import Settings


@with_settings("bundle", "threads")
def evaluate_command(
    settings: Settings,
    files: Annotated[list[Path], typer.Argument(help="Labelled texts as JSON lines, also gzipped.")],
    *,
    machine: Annotated[bool, typer.Option("--json", help="The numbers as one JSON object.")] = False,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Judge by this threshold instead of the bundle's own.")
    ] = None,
) -> None:
    """Judge labelled texts and print precision, recall and F1, per kind, language, category and family.

    A line holds `text`, `label` (Fraud or NonFraud) and, as far as known, `kind`, `lang`, `category`, `family` and
    `spans` ([start, end] pairs in code points). Texts are judged as the worker judges them; none is printed.

        detector evaluate validation.jsonl
        detector evaluate --json validation.jsonl | jq .overall.f1

    Ends with 0, or with 2 if a line or the bundle does not fit.
    """
    rows = list(_rows(files))
    if not rows:
        raise Misconfigured("there is nothing to judge: the files hold no lines.")
    scorer = models.load_scorer(settings)
    thresholds: Mapping[EventKind, float] = scorer.card.thresholds
    if threshold is not None:
        thresholds = dict.fromkeys(EventKind, threshold)
    with progress_for("judging", len(rows), shown=True) as shown:
        report = evaluate(shown(rows), scorer_judge(scorer), thresholds)
    if machine:
        typer.echo(json.dumps(as_json(report), ensure_ascii=False))
    else:
        show(report, Console())


def _rows(files: list[Path]) -> Iterator[Labelled]:
    for file in files:
        try:
            yield from read_labelled(file)
        except OSError as error:
            raise Misconfigured(f"{file} cannot be read: {error.strerror or error}") from None
        except ValueError as error:
            raise Misconfigured(f"a labelled line does not fit: {error}") from None
