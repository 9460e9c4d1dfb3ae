"""A bundle's graph as a network to train again, without the checkpoints it came from."""

import onnx

from detector.model.bundle import Bundle
from detector.model.encoding import load_tokenizer
from detector.training.exact import exact_graph, network_of
from detector.training.recipe import Recipe
from detector.training.train import Trained, cutter, hints_of


def revived(bundle: Bundle, recipe: Recipe) -> Trained:
    """The network behind a bundle that `export` wrote, its weights as the int8 graph rounds them, cut as `recipe` says.

    A bundle of other windows or hints than the recipe's is a ValueError.
    """
    manifest = bundle.manifest
    if (manifest.window, manifest.overlap) != (recipe.window, recipe.overlap):
        raise ValueError(
            f"the bundle cuts windows of {manifest.window} tokens that share {manifest.overlap}, the recipe of "
            f"{recipe.window} and {recipe.overlap}"
        )
    tokenizer = load_tokenizer(bundle)
    hints = hints_of(recipe, tokenizer)
    if manifest.hints != hints:
        raise ValueError(f"the bundle knows {len(manifest.hints)} hints, the recipe {len(hints)}, or other ones")
    network = network_of(exact_graph(onnx.load(bundle.model_file)))
    network.dropout.p = recipe.student.dropout
    return Trained(network, cutter(recipe, tokenizer), hints)
