"""Trains a shipped bundle on, without the checkpoints it came from: `python -m detector.training.further --corpus FILE`.

For more seed texts, or more time, than its first training had. It begins from the weights as int8 rounds them, loses
what neurons the recipe's `[further]` does not leave it, learns from the labels alone for the rounds named there, is
shown what it then wrongly calls, and is exported, calibrated and examined as any other.
"""

import logging
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import torch
import typer

from detector.errors import Misconfigured
from detector.model.bundle import Bundle, load_bundle
from detector.training.data import Data, gather
from detector.training.export import export
from detector.training.pruned import pruned, weighed_by_examples
from detector.training.recipe import RECIPES, Further, Recipe, Stage
from detector.training.revived import revived
from detector.training.train import Trained, judge, learn, learn_from_mistakes

log = logging.getLogger(__name__)


def further(bundle: Bundle, recipe: Recipe, data: Data, folder: Path, device: str = "cpu", *, resume: bool) -> Trained:
    """The bundle's network after the recipe's further rounds; checkpoints in `folder`. `Misconfigured` without any."""
    rounds = rounds_of(recipe)
    trained = revived(bundle, recipe)
    trained.network.to(device)
    anew = recipe.changed(seed=recipe.seed + rounds.anew, teacher=None, distillation=None)
    members = rounds.model_dump(exclude={"anew", "neurons", "kept"})
    stage = Stage(encoder=bundle.manifest.refreshVersion, dropout=recipe.student.dropout, **members)
    tokenizer = trained.cutter.tokenizer
    log.info("before: %s", judge(trained, data, device))
    if rounds.neurons is not None and rounds.neurons < trained.network.encoder.config.hidden_dim:
        trained = _pruned(trained, rounds.neurons, data, anew)
        trained.network.to(device)
        log.info("of %d neurons: %s", rounds.neurons, judge(trained, data, device))
    begun = {name: value.clone() for name, value in trained.network.state_dict().items()}
    learn(trained.network, stage, anew, data, tokenizer, folder / "further.pt", device, resume=resume)
    if recipe.mining is not None:
        learn_from_mistakes(trained, recipe.mining, anew, data, folder / "mining.pt", device, resume=resume)
    after = trained.network.state_dict()
    trained.network.load_state_dict({name: value.lerp(begun[name], rounds.kept) for name, value in after.items()})
    return trained


def _pruned(trained: Trained, neurons: int, data: Data, recipe: Recipe) -> Trained:
    network = trained.network.cpu()
    return replace(trained, network=pruned(network, neurons, weighed_by_examples(trained, data, recipe)))


def rounds_of(recipe: Recipe) -> Further:
    """The recipe's further rounds; `Misconfigured` for one without."""
    if recipe.further is None:
        raise Misconfigured(f"the recipe {recipe.name} says nothing of further rounds: copy [further] from leaks.toml.")
    return recipe.further


def main(
    bundle: Annotated[Path, typer.Option(help="The bundle to go on from.")] = Path("models/distilbert-leaks"),
    recipe: Annotated[Path, typer.Option(help="TOML file with every number of the run.")] = RECIPES / "leaks.toml",
    corpus: Annotated[list[Path] | None, typer.Option(help="As given to `detector train`.")] = None,
    out: Annotated[Path, typer.Option(help="Gets the checkpoints and the new bundle.")] = Path("runs/further"),
    *,
    resume: Annotated[bool, typer.Option("--resume/--fresh", help="Go on from the last checkpoint, or not.")] = True,
) -> None:
    """Train a bundle on and export it to OUT/bundle; the one it came from stays as it is."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    plan, old = Recipe.read(recipe).changed(feedback=None), load_bundle(bundle)
    rounds_of(plan)
    if bundle.resolve().is_relative_to(out.resolve()):
        raise Misconfigured(f"{out} takes the new bundle, and {bundle} would be lost: name another --out.")
    # Nothing is removed for a run that is refused.
    if not resume:
        shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    data = gather(plan, corpus or [])
    log.info("%s", data.describe())
    device = "cuda" if torch.cuda.is_available() else "cpu"
    trained = further(old, plan, data, out, device, resume=resume)
    trained.network.cpu()
    manifest = export(trained, data, plan, out / "bundle", datetime.now(UTC).date())
    typer.echo(f"{out / 'bundle'}: thresholds {manifest.thresholds}, exam {manifest.metrics.get('exam')}")


if __name__ == "__main__":
    typer.run(main)
