"""`python -m detector.training.first BUNDLE --corpus FILE`: gives a bundle a first stage, or a new one."""

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from detector.evaluation.card import CARD, model_card
from detector.model.bundle import load_bundle
from detector.model.encoding import load_tokenizer
from detector.model.manifest import MANIFEST_FILE
from detector.training.data import gather
from detector.training.export import VERSION
from detector.training.first.stage import add_first_stage
from detector.training.recipe import RECIPES, Recipe
from detector.training.train import cutter


def main(
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder; the stage is written into it.")],
    recipe: Annotated[Path, typer.Option(help="The recipe whose [first] says how.")] = RECIPES / "leaks.toml",
    corpus: Annotated[list[Path] | None, typer.Option(help="As given to `detector train`.")] = None,
) -> None:
    """Let a glance and the first layers of a bundle's model clear what the whole model would never call."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    plan = Recipe.read(recipe)
    tokenizer = load_tokenizer(load_bundle(bundle))
    staged = add_first_stage(bundle, cutter(plan, tokenizer), gather(plan, corpus or []), plan)
    # What it clears has other scores than before, and verdict ids hang on who judged.
    manifest = staged.model_copy(update={"modelVersion": VERSION, "refreshVersion": f"v{datetime.now(UTC):%Y%m%d}"})
    (bundle / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    (bundle / CARD).write_text(model_card(manifest), encoding="utf-8")
    typer.echo(manifest.firstStage)


if __name__ == "__main__":
    typer.run(main)
