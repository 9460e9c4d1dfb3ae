"""The converted encoder is the pretrained one: the same hidden states; thinned, it keeps the layers it says."""

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import helper, numpy_helper
from transformers import AutoModel

from detector.training.encoders import load_encoder
from detector.training.encoders.bge import weights_of
from detector.training.encoders.minilm import packaged_folder

NAME = "all-MiniLM-L6-v2"
TEXTS = ("hello", "Call +1 202-555-0143, or write anna[at]example[dot]com!", "你好 мир ñandú 🙂", "word " * 500)


@pytest.fixture(scope="module")
def pair() -> tuple[torch.nn.Module, torch.nn.Module]:
    encoder, _ = load_encoder(NAME)
    original = AutoModel.from_pretrained(str(packaged_folder()))
    return encoder.train(mode=False), original.train(mode=False)


@pytest.mark.parametrize("text", TEXTS)
def test_hidden_states_agree_to_1e_5(pair: tuple[torch.nn.Module, torch.nn.Module], text: str) -> None:
    _, tokenizer = load_encoder(NAME)
    ids = torch.tensor([tokenizer.encode(text).ids])
    with torch.no_grad():
        ours, theirs = (model(input_ids=ids).last_hidden_state for model in pair)
    assert (ours - theirs).abs().max() < 1e-5


def test_the_tokenizer_neither_truncates_nor_pads() -> None:
    _, tokenizer = load_encoder(NAME)
    assert len(tokenizer.encode("word " * 900).ids) == 902
    assert len(tokenizer.encode("word").ids) == 3


def test_a_thinned_encoder_keeps_layers_spread_from_first_to_last() -> None:
    whole, thin = load_encoder(NAME)[0].state_dict(), load_encoder(NAME, 3)[0].state_dict()
    for new, old in enumerate((0, 2, 5)):
        name = "transformer.layer.{}.ffn.lin1.weight"
        assert torch.equal(thin[name.format(new)], whole[name.format(old)])
    with pytest.raises(ValueError, match="6 layers, not 7"):
        load_encoder(NAME, 7)


def test_weights_come_out_of_an_exported_graph_under_their_own_names(tmp_path: Path) -> None:
    matrix, bias = np.arange(6, dtype=np.float32).reshape(2, 3), np.ones(3, np.float32)
    node = helper.make_node("MatMul", ["x", "onnx::MatMul_7"], ["y"], "/encoder/layer.0/output/dense/MatMul")
    weights = [
        numpy_helper.from_array(matrix, "onnx::MatMul_7"),
        numpy_helper.from_array(bias, "encoder.layer.0.output.dense.bias"),
    ]
    graph = helper.make_graph([node], "g", [], [], weights)
    onnx.save(helper.make_model(graph), tmp_path / "m.onnx")
    found = weights_of(onnx.load(tmp_path / "m.onnx"))
    assert set(found) == {"encoder.layer.0.output.dense.weight", "encoder.layer.0.output.dense.bias"}
    assert torch.equal(found["encoder.layer.0.output.dense.weight"], torch.tensor(matrix.T))
