"""`detector train`: from a recipe and corpora to a bundle, in one command that can be stopped and taken up again."""

import logging
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console

from detector.training.convert import load_encoder
from detector.training.data import gather
from detector.training.export import export
from detector.training.recipe import RECIPES, Recipe
from detector.training.train import build, fit
from detector.training.trainer import Trainer


def train_command(
    *,
    recipe: Annotated[Path, typer.Option(help="TOML file with every number of the run.")] = RECIPES / "first.toml",
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
    encoder: Annotated[
        str | None,
        typer.Option(help="Pretrained encoder: all-MiniLM-L6-v2 is packaged, other names come from the hub."),
    ] = None,
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
    plan = _plan(recipe, encoder, quick=quick)
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
    pretrained, tokenizer = load_encoder(plan.encoder)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    trainer = Trainer(build(plan, pretrained), plan, device)
    fit(trainer, data, tokenizer, work, resume=resume)
    with console.status("Exporting, calibrating, choosing thresholds"):
        manifest = export(trainer.network.cpu(), tokenizer, data, plan, out / label, datetime.now(UTC).date())
    console.print(f"Bundle {out / label}: thresholds {manifest.thresholds}, held out {manifest.metrics['held_out']}")


def _plan(path: Path, encoder: str | None, *, quick: bool) -> Recipe:
    plan = Recipe.read(path)
    if encoder is not None:
        plan = plan.with_encoder(encoder)
    return plan.quick() if quick else plan
