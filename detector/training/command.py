"""`detector train`: from a recipe and corpora to a bundle, in one command that can be stopped and taken up again."""

import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console

from detector.errors import Misconfigured
from detector.evaluation import read_labelled
from detector.feedback import Feedback
from detector.operations.feedback import collect, told, write
from detector.settings import Settings
from detector.training.data import Data, gather
from detector.training.export import export
from detector.training.feedback import examples_of, read_feedback, with_feedback, write_labelled
from detector.training.heeding import heed
from detector.training.recipe import RECIPES, Recipe
from detector.training.train import train


def train_command(  # noqa: PLR0913 - flags
    *,
    settings: Settings,
    recipe: Annotated[Path, typer.Option(help="TOML file with every number of the run.")] = RECIPES / "leaks.toml",
    corpus: Annotated[
        list[Path] | None,
        typer.Option(
            help="JSON lines, also gzipped: listings, dialogues, or rows of text, label and spans. May be repeated."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder that takes the bundle.")] = Path("models"),
    name: Annotated[str | None, typer.Option(help="The bundle's name; without it the recipe's.")] = None,
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Go on from the last checkpoint, or start over.")
    ] = True,
    quick: Annotated[bool, typer.Option(help="A smoke run of a few minutes, without a first stage.")] = False,
    threads: Annotated[int | None, typer.Option(help="Processor threads; without it all.")] = None,
    feedback: Annotated[
        bool, typer.Option("--feedback", help="Also learn from what people said of verdicts: read the feedback topic.")
    ] = False,
    feedback_file: Annotated[
        Path | None,
        typer.Option(help="The same from a file that `detector feedback` collected and you looked through."),
    ] = None,
    keep_out: Annotated[
        list[Path] | None,
        typer.Option(
            help="Labelled texts that you measure by: feedback that is nearly one of them is not learned from."
        ),
    ] = None,
) -> None:
    """Train a model on the seed texts and the given corpora, and export it as a bundle.

    Uses a GPU where there is one. Checkpoints go to runs/NAME beside the folder of bundles; --resume takes up a run
    that was stopped and leads to the same weights as one that was not.

    With --feedback a last round on what people said of verdicts follows, on the checkpoints of an earlier run where
    there are any. What was collected is in runs/NAME/feedback.jsonl, the bundle in runs/NAME/with-feedback: the one in
    use stays as it is until you have run `detector evaluate` and put the new one in its place.
    """
    if feedback and feedback_file is not None:
        raise Misconfigured("--feedback reads the topic, --feedback-file a file: give one of them.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("onnxruntime").setLevel(logging.WARNING)
    console = Console()
    plan = Recipe.read(recipe)
    plan = plan.quick() if quick else plan
    if threads:
        torch.set_num_threads(threads)
    plan = _heeding(plan) if feedback or feedback_file is not None else plan.changed(feedback=None)
    plan = plan.changed(further=None)
    # Read before --fresh removes what an earlier run collected.
    opinions = read_feedback(feedback_file) if feedback_file is not None else []
    label = name or plan.name
    work = out.parent / "runs" / label
    if not resume:
        shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    if feedback:
        opinions = _collected(settings, work / "feedback.jsonl", console)
    with console.status("Reading seeds and corpora"):
        data = gather(plan, corpus or [])
        if plan.feedback is not None:
            data = with_feedback(data, examples_of(opinions), plan.feedback.held_out, _texts(keep_out or []))
    if plan.feedback is not None and not data.feedback:
        raise Misconfigured("there is no feedback to learn from: train without it, or collect more.")
    console.print(data.describe() + ".")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    trained = train(plan, data, work, device, resume=resume)
    folder, measured = out / label, {}
    if plan.feedback is not None:
        folder = work / "with-feedback"
        measured["feedback_round"] = heed(trained, plan.feedback, plan, data, work, device, resume=resume)
        _show(measured["feedback_round"], data, work / "feedback-held-out.jsonl", console)
    trained.network.cpu()
    with console.status("Exporting, calibrating, choosing thresholds"):
        manifest = export(trained, data, plan, folder, datetime.now(UTC).date(), measured)
    console.print(f"Bundle {folder}: thresholds {manifest.thresholds}, held out {manifest.metrics['held_out']}")


def _heeding(plan: Recipe) -> Recipe:
    if plan.feedback is None:
        raise Misconfigured(f"the recipe {plan.name} says nothing of feedback: copy [feedback] from leaks.toml.")
    return plan


def _collected(settings: Settings, path: Path, console: Console) -> list[Feedback]:
    with console.status("Reading feedback"):
        collected = collect(settings)
    write(collected.feedback, path)
    for line in told(collected):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    return collected.feedback


def _texts(files: list[Path]) -> list[str]:
    try:
        return [row.text for file in files for row in read_labelled(file)]
    except OSError as error:
        raise Misconfigured(f"{error.filename} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise Misconfigured(str(error)) from None


def _show(figures: dict[str, int], data: Data, path: Path, console: Console) -> None:
    write_labelled(data.dev_feedback, path)
    console.print(
        f"Of {figures['texts']} held-out texts of feedback, {figures['agreed_before']} were judged as people did before "
        f"the last round and {figures['agreed_after']} after it. They are in {path}, for `detector evaluate`.",
        highlight=False,
        markup=False,
        soft_wrap=True,
    )
