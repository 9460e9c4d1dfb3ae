"""A bundle's graph as a network again: it says what the graph says, has its shape, and can be exported as it came."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from numpy.typing import NDArray
from transformers import DistilBertConfig, DistilBertModel

from detector.bench.peers.hf_pipeline import SHAPE
from detector.model.bundle import Bundle, load_bundle
from detector.training.data import Data
from detector.training.exact import network_of, values_of
from detector.training.export import export, feeds
from detector.training.graph import build_graph
from detector.training.network import LeakNetwork
from detector.training.recipe import Ablation, Recipe
from detector.training.revived import revived
from detector.training.train import Trained
from tests.training.tiny import RECIPE, cut, examples, loss_of, network, trainer_of

WINDOWS = cut().cut(examples())
ROWS = examples()
DATA = Data(ROWS, ROWS, ROWS, [row for row in ROWS if not row.leak], ROWS, ROWS, "0" * 64)
OUTPUTS = ["logits", "token_logits"]

Feed = dict[str, NDArray[np.int64]]


@pytest.fixture(scope="module")
def trained() -> LeakNetwork:
    each = network()
    trainer = trainer_of(each)
    for _ in range(60):
        trainer.step(loss_of(each, WINDOWS), 0.3)
    return each.eval()


@pytest.fixture(scope="module")
def bundle(trained: LeakNetwork, tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    folder = tmp_path_factory.mktemp("bundle")
    export(Trained(trained, cut(), {}), DATA, RECIPE, folder, date(2026, 1, 2))
    return load_bundle(folder)


def graph_says(model: onnx.ModelProto, feed: Feed, *, optimised: bool = True) -> list[NDArray[np.float32]]:
    options = ort.SessionOptions()
    if not optimised:  # or the runtime would round inputs of its own accord, where weights are int8
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    found: list[NDArray[np.float32]] = ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    ).run(OUTPUTS, feed)
    return found


def network_says(each: LeakNetwork, feed: Feed) -> list[NDArray[np.float32]]:
    ids = torch.tensor(feed["input_ids"])
    with torch.no_grad():
        return [answer.numpy() for answer in each.eval()(ids, torch.ones_like(ids))]


def with_exact_inputs(int8: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph with its weights in int8, but the inputs of its products as they come."""
    result = onnx.ModelProto()
    result.CopyFrom(int8)
    made = {node.output[0]: node for node in result.graph.node}
    for node in result.graph.node:
        if node.op_type == "MatMul" and node.input[0].endswith("_dq"):
            node.input[0] = made[made[node.input[0]].input[0]].input[0]
    return result


def test_the_network_says_what_the_shipped_graph_says(bundle: Bundle) -> None:
    int8 = onnx.load(bundle.model_file)
    kinds = {node.op_type for node in int8.graph.node}
    assert {"QuantizeLinear", "DequantizeLinear"} < kinds
    assert any(name.endswith("_taming") for name in values_of(int8))
    each = revived(bundle, RECIPE).network
    for feed in feeds(WINDOWS):
        said = network_says(each, feed)
        for near, same, own in zip(
            graph_says(int8, feed), graph_says(with_exact_inputs(int8), feed, optimised=False), said, strict=True
        ):
            assert np.abs(near - own).max() < 0.1 * np.abs(near).max(), "but for the inputs, which int8 rounds"
            assert np.abs(same - own).max() < 1e-4


def test_a_graph_that_was_never_quantised_comes_back_but_for_its_word_embeddings(trained: LeakNetwork) -> None:
    graph = build_graph(trained)
    state, original = network_of(graph).state_dict(), trained.state_dict()
    assert state.keys() == original.keys()
    for name, value in original.items():
        if "word_embeddings" in name:
            step = value.abs().amax(dim=1, keepdim=True) / 127
            assert ((state[name] - value).abs() <= step * 0.501).all()
        else:
            assert torch.equal(state[name], value), name


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param({"n_layers": 1, "n_heads": 4, "dim": 32, "hidden_dim": 48}, id="one layer"),
        pytest.param({"n_layers": 3, "n_heads": 1, "dim": 24, "hidden_dim": 24}, id="three layers, one head"),
    ],
)
def test_layers_heads_and_widths_come_back(shape: dict[str, Any]) -> None:
    torch.manual_seed(1)
    sizes = {"vocab_size": 90, "max_position_embeddings": 40, **shape}
    original = LeakNetwork(DistilBertModel(DistilBertConfig(attention_dropout=0.0, **sizes))).eval()
    each = network_of(build_graph(original))
    assert {name: getattr(each.encoder.config, name) for name in sizes} == sizes
    feed = {"input_ids": np.random.default_rng(0).integers(1, 90, (4, 32))}
    for expected, own in zip(network_says(original, feed), network_says(each, feed), strict=True):
        assert np.abs(expected - own).max() < 0.02  # the word embeddings are int8


def test_a_revived_network_learns_as_its_recipe_says(bundle: Bundle) -> None:
    student = RECIPE.student.model_copy(update={"dropout": 0.3})
    each = revived(bundle, RECIPE.changed(student=student)).network
    assert each.dropout.p == 0.3
    assert each.encoder.config.attention_dropout == 0.0, "as in the encoders that training begins from"
    trainer = trainer_of(each)
    before = {name: value.clone() for name, value in each.state_dict().items()}
    trainer.step(loss_of(each, WINDOWS), 0.3)
    assert [name for name, value in each.state_dict().items() if torch.equal(value, before[name])] == []


def test_exporting_a_revived_network_leads_back_to_the_bundle(bundle: Bundle, tmp_path: Path) -> None:
    again = revived(bundle, RECIPE)
    assert again.hints == bundle.manifest.hints
    manifest = export(again, DATA, RECIPE, tmp_path, date(2026, 1, 2))
    made = load_bundle(tmp_path)
    assert made.tokenizer_file.read_bytes() == bundle.tokenizer_file.read_bytes()
    assert (manifest.window, manifest.overlap) == (bundle.manifest.window, bundle.manifest.overlap)
    one, other = (onnx.load(each.model_file) for each in (bundle, made))
    for feed in feeds(WINDOWS):
        before, after = graph_says(one, feed)[0], graph_says(other, feed)[0]
        assert (before.argmax(axis=1) == after.argmax(axis=1)).all()
        assert np.abs(before - after).max() < 0.1 * np.abs(before).max()


@pytest.mark.parametrize(
    ("recipe", "message"),
    [
        pytest.param(RECIPE.changed(window=40), r"32 tokens that share 8, .* 40 and 8", id="window"),
        pytest.param(RECIPE.changed(overlap=4), r"32 tokens that share 8, .* 32 and 4", id="overlap"),
    ],
)
def test_a_recipe_of_other_windows_is_refused(bundle: Bundle, recipe: Recipe, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        revived(bundle, recipe)


def test_a_recipe_of_other_hints_is_refused(bundle: Bundle) -> None:
    hinted = replace(bundle, manifest=bundle.manifest.model_copy(update={"hints": {"phone": "call"}}))
    assert RECIPE.ablation == Ablation(hints=False)
    with pytest.raises(ValueError, match="the bundle knows 1 hints, the recipe 0"):
        revived(hinted, RECIPE)


def test_the_pipeline_that_the_product_is_measured_against_has_the_shipped_shape() -> None:
    shipped = load_bundle(Path("models/distilbert-leaks"))
    config = revived(shipped, Recipe.model_validate(shipped.manifest.training.recipe)).network.encoder.config
    assert {name: getattr(config, name) for name in SHAPE} == SHAPE
