"""The network as an ONNX graph, written node by node with ONNX Runtime's fused operators.

Written by hand because a graph optimiser that no longer recognises an exporter's pattern fails silently and slowly;
here the fused nodes are there by construction.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from detector.training.examples import LABELS
from detector.training.network import LeakNetwork
from detector.training.nodes import Nodes

OPSET = 20
_CONTRIB = "com.microsoft"

FUSED = {"MultiHeadAttention": 1, "LayerNormalization": 2, "BiasGelu": 1}
"""Fused nodes in every layer. The sum before a norm stays a node of its own: on the CPU the kernel that fuses the two,
SkipLayerNormalization, takes twice as long as both."""


def build_graph(network: LeakNetwork) -> onnx.ModelProto:
    """The network in fp32, but for the word embeddings: they are int8 with a scale for each word.

    There is no mask: all rows of a batch are as long as their own padding, and the network learned to see that.
    Attention without a mask takes half the time.
    """
    state = {name: tensor.detach().float().cpu().numpy() for name, tensor in network.state_dict().items()}
    config = network.encoder.config
    graph = Nodes()
    states = _embed(graph, state)
    for index in range(config.n_layers):
        states = _layer(graph, state, index, states, config.n_heads)
    _heads(graph, state, states)
    rows = ["batch", "tokens"]
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, rows)]
    outputs = [
        helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2]),
        helper.make_tensor_value_info("token_logits", TensorProto.FLOAT, [*rows, len(LABELS)]),
    ]
    made = helper.make_graph(graph.nodes, "leaks", inputs, outputs, graph.weights)
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(_CONTRIB, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=10)


def count_fused(model: onnx.ModelProto) -> dict[str, int]:
    """How many of each fused operator the layers of a graph hold."""
    kinds = [node.op_type for node in model.graph.node if "transformer.layer" in node.output[0]]
    return {kind: kinds.count(kind) for kind in FUSED}


def _embed(graph: Nodes, state: dict[str, NDArray[Any]]) -> str:
    word = graph.words(state["encoder.embeddings.word_embeddings.weight"])
    shape = graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    table = graph.weight("positions", state["encoder.embeddings.position_embeddings.weight"])
    zero = graph.weight("zero", np.array([0], np.int64))
    position = graph.node("Slice", [table, zero, shape, zero], "position_states")
    return _norm(graph, state, "encoder.embeddings.LayerNorm", graph.node("Add", [word, position], "embedded"))


def _norm(graph: Nodes, state: dict[str, NDArray[Any]], name: str, source: str) -> str:
    gamma, beta = (
        graph.weight(f"{name}.gamma", state[f"{name}.weight"]),
        graph.weight(f"{name}.beta", state[f"{name}.bias"]),
    )
    return graph.node("LayerNormalization", [source, gamma, beta], f"{name}_out", axis=-1, epsilon=1e-12)


def _layer(graph: Nodes, state: dict[str, NDArray[Any]], index: int, states: str, heads: int) -> str:
    base = f"encoder.transformer.layer.{index}"

    def get(name: str) -> NDArray[Any]:
        return state[f"{base}.{name}"]

    parts = ("q_lin", "k_lin", "v_lin")
    weight = np.concatenate([get(f"attention.{part}.weight") for part in parts])
    bias = np.concatenate([get(f"attention.{part}.bias") for part in parts])
    packed = graph.linear(states, f"{base}.qkv", weight, None)
    split = [f"{base}.{part}" for part in parts]
    graph.nodes.append(helper.make_node("Split", [packed], split, f"{base}.split", axis=-1, num_outputs=3))
    inputs = [*split, graph.weight(f"{base}.qkv.bias", bias)]
    seen = graph.node("MultiHeadAttention", inputs, f"{base}.seen", _CONTRIB, num_heads=heads)
    mixed = graph.linear(seen, f"{base}.mix", get("attention.out_lin.weight"), get("attention.out_lin.bias"))
    states = _skip(graph, state, f"{base}.sa_layer_norm", mixed, states)
    wide = graph.linear(states, f"{base}.lin1", get("ffn.lin1.weight"), None)
    bent = graph.node(
        "BiasGelu", [wide, graph.weight(f"{base}.lin1.bias", get("ffn.lin1.bias"))], f"{base}.bent", _CONTRIB
    )
    narrow = graph.linear(bent, f"{base}.lin2", get("ffn.lin2.weight"), get("ffn.lin2.bias"))
    return _skip(graph, state, f"{base}.output_layer_norm", narrow, states)


def _skip(graph: Nodes, state: dict[str, NDArray[Any]], name: str, new: str, old: str) -> str:
    return _norm(graph, state, name, graph.node("Add", [new, old], f"{name}_sum"))


def _heads(graph: Nodes, state: dict[str, NDArray[Any]], states: str) -> None:
    graph.linear(states, "token_logits", state["token.weight"], state["token.bias"])
    first = graph.node("Gather", [states, graph.weight("first", np.array(0, np.int64))], "cls", axis=1)
    axis = graph.weight("token_axis", np.array([1], np.int64))
    strongest = graph.node("ReduceMax", [states, axis], "strongest", keepdims=0)
    pooled = graph.node("Concat", [first, strongest], "pooled", axis=-1)
    hidden = graph.node(
        "Gelu", [graph.linear(pooled, "hidden", state["hidden.weight"], state["hidden.bias"])], "judged"
    )
    graph.linear(hidden, "logits", state["sequence.weight"], state["sequence.bias"])
