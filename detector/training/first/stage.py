"""Gives a finished bundle its first stage: learns the looks, cuts the graph, chooses the bars, measures on other texts."""

import logging
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx

from detector.model.bundle import Bundle, load_bundle
from detector.model.manifest import MODEL_FILE, TOKENIZER_FILE, FirstStage, Look, Manifest, look_file
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.examples import Example
from detector.training.first.glance import glance_graph, glanced, wanted, word_vectors
from detector.training.first.graphs import split
from detector.training.first.look import learnt, weights_of
from detector.training.first.measure import measured
from detector.training.first.reading import Graphs
from detector.training.first.shown import composed, plain
from detector.training.operating import WIRE, real_clean
from detector.training.recipe import FirstLayers, Glancing, Recipe, Unseen
from detector.training.windows import Cutter

CHOSEN_ON, MEASURED_ON = 12_000, 24_000
"""Examples composed of held-out seeds to choose the bars by, and others to measure it on; about half of them leak."""

_WHOLE = (MODEL_FILE, TOKENIZER_FILE)
log = logging.getLogger(__name__)

MARGIN = 0.3
"""Of a bar that would just keep within the losses: other texts may lie lower than those it was chosen on."""


def add_first_stage(folder: Path, cutter: Cutter, data: Data, recipe: Recipe) -> Manifest:
    """Writes the graphs into the bundle in `folder` and gives its manifest, the stage and its losses in it.

    Nothing of `model.onnx` changes, nor any score of a window that is not cleared. A recipe without `[first]` is a
    ValueError.
    """
    plan = recipe.first
    if plan is None:
        raise ValueError(f"the recipe {recipe.name} has no [first]")
    bundle = load_bundle(folder)
    for file in bundle.stage_files:
        file.unlink()
    split(folder, dict.fromkeys(plan.layers))
    if plan.glance is not None:
        add_glance(bundle, cutter, data, recipe, plan.glance)
    log.info("the looks behind the first layers learn")
    shown = cutter.cut([*composed(data, recipe, plan), *plain(data, recipe, plan)])
    readings = Graphs(bundle, plan.layers).read(shown)
    looks = [learnt(readings, place, plan, recipe.seed) for place in range(len(plan.layers))]
    split(folder, dict(zip(plan.layers, map(weights_of, looks), strict=True)))
    log.info("what they may clear is chosen and measured")
    texts = [*data.dev_seeds, *unlearned(data, recipe, CHOSEN_ON, recipe.seed - 5)]
    clears = bars(bundle, cutter, texts, plan)
    stage = FirstStage(looks=tuple(map(_look, plan.places, clears)))
    staged = _staged(bundle, stage, plan)
    others = [*data.exam, *data.unseen, *unlearned(data, recipe, MEASURED_ON, recipe.seed - 6)]
    figures = measured(Bundle(folder, staged), others, real_clean(data))
    return _staged(bundle, stage.model_copy(update={"measured": figures}), plan)


def _look(layers: int, clears: float) -> Look:
    return Look(layers=layers, clears=round(clears, 6))


def add_glance(bundle: Bundle, cutter: Cutter, data: Data, recipe: Recipe, plan: Glancing) -> None:
    """Writes the graph of the look before the first layer, learnt from the whole model's word, beside the others."""
    clean, others = cutter.cut(plain(data, recipe, plan)), cutter.cut(composed(data, recipe, plan))
    log.info("the whole model reads %d windows for the glance", len(clean) + len(others))
    whole = [reading.whole for reading in Graphs(bundle, ()).read([*clean, *others], keep_states=False)]
    floor = float(np.median(whole[: len(clean)]))
    model = onnx.load(bundle.model_file)
    log.info("the glance learns; plain windows have a probability of %.3f", floor)
    taught = [wanted(probability, floor) for probability in whole]
    glance = glanced([*clean, *others], taught, word_vectors(model, plan.width), cutter.tokenizer, plan, recipe.seed)
    onnx.save(glance_graph(glance, model.graph.input[0]), bundle.path / look_file(0))


def unlearned(data: Data, recipe: Recipe, count: int, seed: int) -> Iterable[Example]:
    """Examples of held-out seeds in held-out texts, in every disguise, also those that training leaves out."""
    return Composer(data.dev_seeds, data.dev_clean, recipe.changed(unseen=Unseen())).compose(count, seed)


def bars(bundle: Bundle, cutter: Cutter, texts: Sequence[Example], plan: FirstLayers) -> list[float]:
    """For each look the probability below which it clears.

    Each is `MARGIN` of the highest at which, with the looks before it, no more than the plan's share of the leaks that are
    found would be lost. The whole model finds a leak by the windows that reach the threshold of its kind; it is lost where
    all of them are cleared. A model that finds none is a ValueError.
    """
    thresholds = bundle.manifest.thresholds
    owned = [(index, window) for index, text in enumerate(texts) if text.leak for window in cutter.windows(text)]
    readings = Graphs(bundle, plan.places).read([window for _, window in owned], keep_states=False)
    left = [
        (index, reading)
        for (index, _), reading in zip(owned, readings, strict=True)
        if reading.whole >= getattr(thresholds, WIRE[texts[index].kind])
    ]
    found = {index for index, _ in left}
    if not found:
        raise ValueError("the model finds no leak to choose the first stage's bars by")
    chosen: list[float] = []
    for place in range(len(plan.places)):
        highest = dict.fromkeys(found, 0.0)
        for index, reading in left:
            highest[index] = max(highest[index], reading.looks[place])
        clears = float(np.quantile(list(highest.values()), plan.lost, method="lower")) * MARGIN
        chosen.append(clears)
        left = [(index, reading) for index, reading in left if reading.looks[place] >= clears]
    return chosen


def _staged(bundle: Bundle, stage: FirstStage, plan: FirstLayers) -> Manifest:
    manifest = bundle.manifest
    graphs = {name: sha256((bundle.path / name).read_bytes()).hexdigest() for name in stage.files}
    recipe = {**manifest.training.recipe, "first": plan.model_dump(mode="json")}
    changed = {
        "firstStage": stage,
        "files": {name: digest for name, digest in manifest.files.items() if name in _WHOLE} | graphs,
        "training": manifest.training.model_copy(update={"recipe": recipe}),
    }
    return manifest.model_copy(update=changed)
