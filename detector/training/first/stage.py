"""Gives a finished bundle its first stage: learns the look, cuts the graph, chooses the bar, measures on other texts."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from random import Random

import numpy as np

from detector.model.bundle import Bundle, load_bundle
from detector.model.manifest import FIRST_FILE, REST_FILE, FirstStage, Manifest
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.examples import Example
from detector.training.first.graphs import split
from detector.training.first.look import learnt, weights_of
from detector.training.first.measure import measured
from detector.training.first.reading import Graphs
from detector.training.operating import WIRE, real_clean
from detector.training.recipe import FirstLayers, Recipe, Unseen
from detector.training.windows import Cutter

CHOSEN_ON, MEASURED_ON = 6_000, 6_000
"""Examples composed of held-out seeds to choose the bar by, and others to measure it on; about half of them leak."""

MARGIN = 0.5
"""Of the bar that would just keep within the losses: other texts may lie lower than those it was chosen on."""


def add_first_stage(folder: Path, cutter: Cutter, data: Data, recipe: Recipe) -> Manifest:
    """Writes the two graphs into the bundle in `folder` and gives its manifest, the stage and its losses in it.

    Nothing of `model.onnx` changes, nor any score of a window that is not cleared. A recipe without `[first]` is a
    ValueError.
    """
    plan = recipe.first
    if plan is None:
        raise ValueError(f"the recipe {recipe.name} has no [first]")
    bundle = load_bundle(folder)
    split(folder, plan.layers)
    windows = cutter.cut(shown(data, recipe, plan))
    look = learnt(Graphs(bundle).read(windows), plan, recipe.seed)
    split(folder, plan.layers, weights_of(look))
    texts = [*data.dev_seeds, *composed(data, recipe, CHOSEN_ON, recipe.seed - 5)]
    stage = FirstStage(layers=plan.layers, clears=round(bar(bundle, cutter, texts, plan.lost) * MARGIN, 6))
    staged = _staged(bundle, stage, plan)
    others = [*data.exam, *data.unseen, *composed(data, recipe, MEASURED_ON, recipe.seed - 6)]
    figures = measured(Bundle(folder, staged), others, real_clean(data))
    return _staged(bundle, stage.model_copy(update={"measured": figures}), plan)


def shown(data: Data, recipe: Recipe, plan: FirstLayers) -> list[Example]:
    """What the look learns from: examples as the network had them, and clean texts as a stream has them."""
    clean = [row for row in data.corpora if not row.leak]
    rows = Random(recipe.seed).sample(clean, min(plan.rows, len(clean)))
    return [*Composer(data.seeds, data.corpora, recipe).compose(plan.examples, recipe.seed - 4), *rows]


def composed(data: Data, recipe: Recipe, count: int, seed: int) -> Iterable[Example]:
    """Examples of held-out seeds in held-out texts, in every disguise, also those that training leaves out."""
    return Composer(data.dev_seeds, data.dev_clean, recipe.changed(unseen=Unseen())).compose(count, seed)


def bar(bundle: Bundle, cutter: Cutter, texts: Sequence[Example], lost: float) -> float:
    """The highest look at which no more than a share `lost` of the leaks that are found would be lost.

    The whole model finds a leak by the windows that reach the threshold of its kind; it is lost where all of them are
    cleared. A model that finds none is a ValueError.
    """
    thresholds = bundle.manifest.thresholds
    owned = [(index, window) for index, text in enumerate(texts) if text.leak for window in cutter.windows(text)]
    highest: dict[int, float] = {}
    for (index, _), reading in zip(owned, Graphs(bundle).read([window for _, window in owned]), strict=True):
        if reading.whole >= getattr(thresholds, WIRE[texts[index].kind]):
            highest[index] = max(highest.get(index, 0.0), reading.look)
    if not highest:
        raise ValueError("the model finds no leak to choose the first stage's bar by")
    return float(np.quantile(list(highest.values()), lost, method="lower"))


def _staged(bundle: Bundle, stage: FirstStage, plan: FirstLayers) -> Manifest:
    manifest = bundle.manifest
    graphs = {name: sha256((bundle.path / name).read_bytes()).hexdigest() for name in (FIRST_FILE, REST_FILE)}
    recipe = {**manifest.training.recipe, "first": plan.model_dump(mode="json")}
    changed = {
        "firstStage": stage,
        "files": {**manifest.files, **graphs},
        "training": manifest.training.model_copy(update={"recipe": recipe}),
    }
    return manifest.model_copy(update=changed)
