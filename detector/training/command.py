"""`detector train`: from a recipe and corpora to a bundle, in one command that can be stopped and taken up again."""

import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console

from detector.training.data import gather
from detector.training.export import export
from detector.training.recipe import RECIPES, Recipe
from detector.training.train import train


def train_command(
    *,
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
    quick: Annotated[bool, typer.Option(help="A smoke run of about two minutes.")] = False,
    threads: Annotated[int | None, typer.Option(help="Processor threads; without it all.")] = None,
) -> None:
    """Train a model on the seed texts and the given corpora, and export it as a bundle.

    Uses a GPU where there is one. Checkpoints go to runs/NAME beside the folder of bundles; --resume takes up a run
    that was stopped and leads to the same weights as one that was not.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("onnxruntime").setLevel(logging.WARNING)
    console = Console()
    plan = Recipe.read(recipe)
    plan = plan.quick() if quick else plan
    if threads:
        torch.set_num_threads(threads)
    label = name or plan.name
    work = out.parent / "runs" / label
    if not resume:
        shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    with console.status("Reading seeds and corpora"):
        data = gather(plan, corpus or [])
    console.print(data.describe() + ".")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    trained = train(plan, data, work, device, resume=resume)
    trained.network.cpu()
    with console.status("Exporting, calibrating, choosing thresholds"):
        manifest = export(trained, data, plan, out / label, datetime.now(UTC).date())
    console.print(f"Bundle {out / label}: thresholds {manifest.thresholds}, held out {manifest.metrics['held_out']}")
