"""Fits the tree baseline on what the model learns from: `python -m detector.training.trees --corpus FILE ...`.

`detector evaluate --trees FILE` then measures it beside the model.
"""

from pathlib import Path
from typing import Annotated

import typer

from detector.evaluation.baselines.trees import Trees
from detector.training.compose import Composer
from detector.training.data import gather
from detector.training.recipe import RECIPES, Recipe


def fit(
    corpus: Annotated[list[Path] | None, typer.Option(help="As given to `detector train`.")] = None,
    out: Annotated[Path, typer.Option(help="Gets the fitted trees.")] = Path("runs/trees.joblib"),
    examples: Annotated[int, typer.Option(help="Composed texts to learn from.")] = 12_000,
) -> None:
    """Compose examples by the shipped recipe, fit the trees on whole texts, save them."""
    recipe = Recipe.read(RECIPES / "leaks.toml")
    data = gather(recipe, corpus or [])
    composed = list(Composer(data.seeds, data.corpora, recipe).compose(examples, recipe.seed))
    out.parent.mkdir(parents=True, exist_ok=True)
    Trees.fit([each.text for each in composed], [each.leak for each in composed], recipe.seed).save(out)


if __name__ == "__main__":
    typer.run(fit)
