"""Back from a shipped int8 graph to fp32: the graph that it was made of, and the network in PyTorch.

What rounding took is lost: the weights are the int8 ones, written as floats. Inputs of products are no longer rounded.
"""

from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from transformers import DistilBertConfig, DistilBertModel

from detector.training.network import LeakNetwork

Values = dict[str, NDArray[Any]]

_LAYER = "encoder.transformer.layer"
_PLACES = {
    "mix": "attention.out_lin",
    "lin1": "ffn.lin1",
    "lin2": "ffn.lin2",
}


def exact_graph(int8: onnx.ModelProto) -> onnx.ModelProto:
    """The graph without quantising nodes and without what tamed their inputs; word embeddings stay int8, as built."""
    result = onnx.ModelProto()
    result.CopyFrom(int8)
    values = values_of(result)
    instead: dict[str, str] = {}
    made_by = {output: node for node in result.graph.node for output in node.output}
    kept = []
    for node in result.graph.node:
        node.input[:] = [instead.get(name, name) for name in node.input]
        if node.op_type == "DequantizeLinear" and node.input[0] in values:
            values[node.input[0]] = _dequantised(node, values)
            instead[node.output[0]] = node.input[0]
        elif node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            instead[node.output[0]] = node.input[0]
        else:
            if node.op_type == "MatMul" and (tame := made_by.get(node.input[0])) is not None and _tames(tame):
                values[node.input[1]] = values[node.input[1]] * values[tame.input[1]][:, None]
                node.input[0] = tame.input[0]
            kept.append(node)
    used = {name for node in kept if not _tames(node) for name in node.input}
    del result.graph.node[:]
    result.graph.node.extend(node for node in kept if not _tames(node))
    del result.graph.initializer[:]
    result.graph.initializer.extend(
        numpy_helper.from_array(np.array(value, order="C"), name) for name, value in values.items() if name in used
    )
    return result


def network_of(exact: onnx.ModelProto) -> LeakNetwork:
    """The network whose graph this is, in evaluation mode; the graph is one of `exact_graph` or `build_graph`."""
    values = values_of(exact)
    attention = [node for node in exact.graph.node if node.op_type == "MultiHeadAttention"]
    words = values["words"].astype(np.float32) * values["word_scales"]
    network = empty_network(
        vocabulary=len(words),
        positions=len(values["positions"]),
        width=words.shape[1],
        hidden=values[f"{_LAYER}.0.lin1.weight"].shape[1],
        layers=len(attention),
        heads=next(each.i for each in attention[0].attribute if each.name == "num_heads"),
    )
    state = {
        "encoder.embeddings.word_embeddings.weight": words,
        "encoder.embeddings.position_embeddings.weight": values["positions"],
        **_norm(values, "encoder.embeddings.LayerNorm"),
        **_linear(values, "hidden", "hidden"),
        **_linear(values, "logits", "sequence"),
        **_linear(values, "token_logits", "token"),
    }
    for layer in range(len(attention)):
        state.update(_layer_state(values, f"{_LAYER}.{layer}"))
    network.load_state_dict({name: torch.from_numpy(np.array(value, np.float32)) for name, value in state.items()})
    return network


def empty_network(vocabulary: int, positions: int, width: int, hidden: int, layers: int, heads: int) -> LeakNetwork:
    """A network of this shape with random weights, in evaluation mode."""
    config = DistilBertConfig(
        vocab_size=vocabulary,
        max_position_embeddings=positions,
        dim=width,
        hidden_dim=hidden,
        n_layers=layers,
        n_heads=heads,
        attention_dropout=0.0,
        attn_implementation="sdpa",
    )
    network = LeakNetwork(DistilBertModel(config))
    network.train(mode=False)
    return network


def values_of(model: onnx.ModelProto) -> Values:
    """The graph's constants by name."""
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}


def _tames(node: onnx.NodeProto) -> bool:
    return node.op_type == "Mul" and node.input[1].endswith("_taming")


def _dequantised(node: onnx.NodeProto, values: Values) -> NDArray[np.float32]:
    """By one scale for all, or one for each column: as `static_int8` writes weights."""
    rounded, scale = values[node.input[0]].astype(np.float32), values[node.input[1]]
    zero = values[node.input[2]].astype(np.float32) if len(node.input) > 2 else np.float32(0)
    return np.asarray((rounded - zero) * scale, np.float32)


def _layer_state(values: Values, base: str) -> Values:
    weights = np.split(values[f"{base}.qkv.weight"].T, 3)
    biases = np.split(values[f"{base}.qkv.bias"], 3)
    state: Values = {}
    for part, weight, bias in zip(("q_lin", "k_lin", "v_lin"), weights, biases, strict=True):
        state |= {f"{base}.attention.{part}.weight": weight, f"{base}.attention.{part}.bias": bias}
    for name, place in _PLACES.items():
        state |= _linear(values, f"{base}.{name}", f"{base}.{place}")
    for name in ("sa_layer_norm", "output_layer_norm"):
        state |= _norm(values, f"{base}.{name}")
    return state


def _linear(values: Values, name: str, place: str) -> Values:
    return {f"{place}.weight": values[f"{name}.weight"].T, f"{place}.bias": values[f"{name}.bias"]}


def _norm(values: Values, name: str) -> Values:
    return {f"{name}.weight": values[f"{name}.gamma"], f"{name}.bias": values[f"{name}.beta"]}
