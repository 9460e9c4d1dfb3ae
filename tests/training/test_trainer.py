"""Training: a step learns, a stopped run ends with the weights of one that was not, a wrong checkpoint is refused."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from detector.training.batches import bucket
from detector.training.train import cut
from detector.training.trainer import Trainer
from tests.training.tiny import RECIPE, examples, network, tokenizer

WINDOWS = cut(examples(), tokenizer(), RECIPE)


def trainer(seed: int = 0) -> Trainer:
    return Trainer(network(seed), RECIPE, autocast=False)


def test_steps_lower_the_loss() -> None:
    each = trainer()
    losses = [each.step(WINDOWS, 0.3) for _ in range(40)]
    assert losses[-1] < losses[0] / 2


def test_bf16_learns_too() -> None:
    each = Trainer(network(), RECIPE, autocast=True)
    losses = [each.step(WINDOWS, 0.3) for _ in range(40)]
    assert losses[-1] < losses[0] / 2


def test_a_resumed_run_leads_to_the_same_weights(tmp_path: Path) -> None:
    batches = bucket(WINDOWS * 3, 256, seed=1)
    straight, stopped, resumed = trainer(), trainer(), trainer(seed=9)
    for index, batch in enumerate(batches):
        straight.step(batch, index / len(batches))
    for index, batch in enumerate(batches[:3]):
        stopped.step(batch, index / len(batches))
    stopped.save(tmp_path / "c.pt", (0, 3))
    assert resumed.load(tmp_path / "c.pt") == (0, 3)
    for index, batch in enumerate(batches[3:], start=3):
        resumed.step(batch, index / len(batches))
    for name, tensor in straight.network.state_dict().items():
        assert torch.equal(tensor, resumed.network.state_dict()[name]), name


def test_a_checkpoint_of_another_recipe_is_refused(tmp_path: Path) -> None:
    trainer().save(tmp_path / "c.pt", (0, 0))
    other = Trainer(network(), replace(RECIPE, seed=6), autocast=False)
    with pytest.raises(ValueError, match="another recipe"):
        other.load(tmp_path / "c.pt")
