"""Which neurons are taken out of the feed-forward layers, and what becomes of the network without them."""

from itertools import pairwise
from typing import Any

import pytest
import torch
from typer import Typer
from typer.testing import CliRunner

from detector.training.batches import bucket
from detector.training.data import Data
from detector.training.network import LeakNetwork, pad
from detector.training.pruned import main, pruned, weights
from detector.training.recipe import Stage
from detector.training.study import Row, measured
from detector.training.train import Trained
from tests.training.tiny import RECIPE, cut, examples, loss_of, network, trainer_of

WINDOWS = cut().cut(examples())
BATCHES = bucket(WINDOWS, RECIPE.tokens_per_batch, 1)
HELD = pad(WINDOWS)
IDLE = (slice(0, 20), slice(30, 50))
"""Neurons of either layer that nothing behind them listens to."""


def learnt(*, idle: bool) -> LeakNetwork:
    each = network()
    trainer = trainer_of(each)
    for _ in range(10):
        trainer.step(loss_of(each, WINDOWS), 0.3)
    for place, layer in zip(IDLE, each.encoder.transformer.layer, strict=True):
        layer.ffn.lin2.weight.data[:, place] *= float(not idle)
    each.train(mode=False)
    return each


@torch.no_grad()
def answers(each: LeakNetwork) -> torch.Tensor:
    logits, tokens = each(HELD["input_ids"], HELD["attention_mask"])
    return torch.cat([logits.flatten(), tokens.flatten()])


def test_neurons_that_nothing_hangs_on_go_first_and_the_answers_stay() -> None:
    whole = learnt(idle=True)
    narrow = pruned(whole, 44, weights(whole, BATCHES, 1.0))
    torch.testing.assert_close(answers(narrow), answers(whole), rtol=1e-4, atol=1e-5)
    for index, place in enumerate(IDLE):
        kept = torch.cat(
            [each for each in torch.arange(64).split(1) if each.item() not in range(place.start, place.stop)]
        )
        wide, slim = (each.encoder.transformer.layer[index].ffn for each in (whole, narrow))
        torch.testing.assert_close(slim.lin1.weight, wide.lin1.weight[kept])
        torch.testing.assert_close(slim.lin1.bias, wide.lin1.bias[kept])
        torch.testing.assert_close(slim.lin2.weight, wide.lin2.weight[:, kept])
        torch.testing.assert_close(slim.lin2.bias, wide.lin2.bias)


def test_the_more_are_taken_out_the_farther_the_answers_are() -> None:
    whole = learnt(idle=False)
    weighed = weights(whole, BATCHES, 1.0)
    gaps = [float((answers(pruned(whole, left, weighed)) - answers(whole)).abs().mean()) for left in (64, 48, 24, 4)]
    assert gaps[0] < 1e-6
    assert all(fewer < more for fewer, more in pairwise(gaps))


def test_neurons_that_weigh_little_cost_less_than_those_that_weigh_much() -> None:
    """Without one neuron of a layer the loss changes most for those of the largest weight."""
    whole = learnt(idle=False)
    order = weights(whole, BATCHES, 1.0)[0].argsort().tolist()

    def change(neuron: int) -> float:
        column = whole.encoder.transformer.layer[0].ffn.lin2.weight.data[:, neuron]
        kept = column.clone()
        column.zero_()
        after = float(loss_of(whole, WINDOWS)())
        column.copy_(kept)
        return abs(after - before)

    with torch.no_grad():
        before = float(loss_of(whole, WINDOWS)())
        least, most = (sum(map(change, some)) for some in (order[:16], order[-16:]))
    assert most > 3 * least


def test_the_network_it_was_made_of_stays_as_it_is() -> None:
    whole = learnt(idle=False)
    whole.dropout.p = 0.25
    before = {name: value.clone() for name, value in whole.state_dict().items()}
    narrow = pruned(whole, 8, weights(whole, BATCHES, 1.0))
    assert all(torch.equal(value, before[name]) for name, value in whole.state_dict().items())
    assert all(parameter.grad is None for parameter in whole.parameters())
    assert narrow.dropout.p == 0.25
    assert not narrow.training


def test_more_neurons_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="the network has 64 neurons in each feed-forward layer, not 65"):
        pruned(network(), 65, [torch.ones(64), torch.ones(64)])


def test_the_command_judges_ever_smaller_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Trained(learnt(idle=True), cut(), {})
    rows = examples()
    data = Data(
        rows, [row for row in rows if not row.leak], rows, [row for row in rows if not row.leak], rows, rows, "0"
    )
    monkeypatch.setattr("detector.training.pruned.gather", lambda *_: data)
    monkeypatch.setattr("detector.training.pruned.load_bundle", lambda _: None)
    monkeypatch.setattr("detector.training.pruned.revived", lambda *_: whole)
    monkeypatch.setattr("detector.training.pruned.WEIGHED_BY", 16)
    judged: list[int] = []

    def noted(name: str, stage: Stage, steps: int, trained: Trained, *rest: Any) -> Row:
        judged.append(trained.network.encoder.config.hidden_dim)
        return measured(name, stage, steps, trained, *rest)

    monkeypatch.setattr("detector.training.pruned.measured", noted)
    command = Typer()
    command.command()(main)
    done = CliRunner().invoke(command, ["--neurons", "44", "--neurons", "4", "--neurons", "64"])
    assert done.exception is None, done.output
    assert judged == [64, 44, 4]
    assert [line.split(":")[0] for line in done.output.splitlines()] == ["64 neurons", "44 neurons", "4 neurons"]
    assert "AP 1.0" in done.output
