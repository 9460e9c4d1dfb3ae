"""A network with fewer neurons in its feed-forward layers: those that its answers hang on least are taken out.

The feed-forward layers are half of what a window costs, and a network that learned one task needs few of their neurons.
What is left of it before it learns on: `python -m detector.training.pruned --corpus FILE`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import Tensor, nn

from detector.model.bundle import load_bundle
from detector.training.batches import bucket
from detector.training.compose import Composer
from detector.training.data import Data, gather
from detector.training.exact import empty_network
from detector.training.network import LeakNetwork, joint_loss, pad
from detector.training.recipe import RECIPES, Recipe
from detector.training.revived import revived
from detector.training.study import measured
from detector.training.train import Trained
from detector.training.windows import Window

SIZES = (1024, 768, 512, 384, 256)
WEIGHED_BY = 1_500
"""Examples that neurons are weighed by."""

_NARROWED = ("ffn.lin1.weight", "ffn.lin1.bias", "ffn.lin2.weight")


def pruned(network: LeakNetwork, neurons: int, weighed: Sequence[Tensor]) -> LeakNetwork:
    """A copy with the `neurons` of each feed-forward layer that weigh most, in evaluation mode.

    A network that has fewer already is a ValueError.
    """
    config = network.encoder.config
    if neurons > config.hidden_dim:
        raise ValueError(f"the network has {config.hidden_dim} neurons in each feed-forward layer, not {neurons}")
    positions = config.max_position_embeddings
    narrow = empty_network(config.vocab_size, positions, config.dim, neurons, config.n_layers, config.n_heads)
    narrow.dropout.p = network.dropout.p
    state = network.state_dict()
    for index, layer in enumerate(weighed):
        kept = layer.topk(neurons).indices.sort().values
        for name in _NARROWED:
            place = f"encoder.transformer.layer.{index}.{name}"
            state[place] = state[place].index_select(1 if "lin2" in name else 0, kept)
    narrow.load_state_dict(state)
    return narrow


def weighed_by_examples(trained: Trained, data: Data, recipe: Recipe) -> list[Tensor]:
    """`weights` on examples that the recipe composes of their own."""
    examples = Composer(data.seeds, data.corpora, recipe).compose(WEIGHED_BY, recipe.seed - 7)
    batches = bucket(trained.cutter.cut(examples), recipe.tokens_per_batch, recipe.seed)
    return weights(trained.network, batches, recipe.token_weight)


def weights(network: LeakNetwork, batches: Iterable[Sequence[Window]], token_weight: float) -> list[Tensor]:
    """For each layer `[neurons]`: by how much the loss would change without one, to first order, summed over windows.

    That is its activation times the loss's gradient there, summed over the tokens (Molchanov et al. 2017).
    """
    layers: Sequence[nn.Module] = list(network.encoder.transformer.layer)
    sums = [torch.zeros(network.encoder.config.hidden_dim) for _ in layers]
    active: dict[int, Tensor] = {}

    def keeper(index: int) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def keep(_: nn.Module, given: tuple[Tensor, ...], __: Tensor) -> None:
            given[0].retain_grad()
            active[index] = given[0]

        return keep

    hooks = [layer.ffn.lin2.register_forward_hook(keeper(index)) for index, layer in enumerate(layers)]
    network.train(mode=False)
    for windows in batches:
        batch = pad(windows)
        network.zero_grad()
        torch.autograd.backward(joint_loss(network(batch["input_ids"], batch["attention_mask"]), batch, token_weight))
        for index, activation in active.items():
            assert activation.grad is not None
            sums[index] += (activation.detach() * activation.grad).sum(dim=1).abs().sum(dim=0)
    for hook in hooks:
        hook.remove()
    network.zero_grad()
    return sums


def main(
    bundle: Annotated[Path, typer.Option(help="Whose network is pruned.")] = Path("models/distilbert-leaks"),
    recipe: Annotated[Path, typer.Option(help="The recipe that the bundle was trained by.")] = RECIPES / "leaks.toml",
    corpus: Annotated[list[Path] | None, typer.Option(help="As given to `detector train`.")] = None,
    neurons: Annotated[list[int] | None, typer.Option(min=1, help="A size; may be given again.")] = None,
) -> None:
    """Judge a bundle's network with ever fewer neurons, as the rows of the study are judged."""
    plan = Recipe.read(recipe)
    data, whole = gather(plan, corpus or []), revived(load_bundle(bundle), plan)
    width = whole.network.encoder.config.hidden_dim
    weighed = weighed_by_examples(whole, data, plan)
    for size in (width, *(each for each in neurons or SIZES if each < width)):
        narrow = replace(whole, network=pruned(whole.network, size, weighed))
        row = measured(f"{size} neurons", plan.student, 0, narrow, data, 0.0)
        typer.echo(f"{row.name}: exam F1 {row.f1}, AP {row.average_precision}, unseen recall {row.unseen_recall}")


if __name__ == "__main__":
    typer.run(main)
