"""A bundle's graph in pieces: layers up to a look, layers up to the next one, and the rest.

None holds a copy of the weights. They point into `model.onnx` (ONNX external data), so the bundle stays as small as it
was and all of them can only ever be of one training.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.external_data_helper import set_external_data

from detector.model.first_stage import ENTERING, LOOK, STATES
from detector.model.manifest import MODEL_FILE, REST_FILE, look_file
from detector.training.first.look import Weights

_INLINE = 1024
"""Bytes up to which a weight stands in the graph itself."""


def split(folder: Path, looks: Mapping[int, Weights | None]) -> None:
    """Writes the graphs up to each look and `rest.onnx` beside the `model.onnx` in `folder`.

    `looks` are by how many layers each stands behind, in order; where there is none yet, the graph gives the states
    alone. The model must be as `export` writes it, with more layers than the last look's; else ValueError.
    """
    content = (folder / MODEL_FILE).read_bytes()
    model = onnx.load_model_from_string(content)
    *pieces, rest = pieces_of(model, list(looks))
    entering: onnx.ValueInfoProto = model.graph.input[0]
    names: dict[str, str] = {}
    for (layers, look), piece in zip(looks.items(), pieces, strict=True):
        boundary = piece[-1].output[0]
        width = _width(model, boundary)
        nodes, weights = _renamed(piece, names | {boundary: STATES}), list[onnx.TensorProto]()
        outputs = [helper.make_tensor_value_info(STATES, TensorProto.FLOAT, ["batch", "tokens", width])]
        if look is not None:
            weights = _constants(look)
            nodes += _look()
            outputs.append(helper.make_tensor_value_info(LOOK, TensorProto.FLOAT, ["batch", 1]))
        _save(model, nodes, [entering], outputs, weights, content, folder / look_file(layers))
        # Of unknown shape, or ONNX Runtime fuses each sum with its norm there: slower, and other scores than the whole's.
        entering = helper.make_tensor_value_info(ENTERING, TensorProto.FLOAT, [None, None, None])
        names = {boundary: ENTERING}
    _save(model, _renamed(rest, names), [entering], list(model.graph.output), (), content, folder / REST_FILE)


def pieces_of(model: onnx.ModelProto, layers: Sequence[int]) -> list[list[onnx.NodeProto]]:
    """The nodes up to the states after so many layers, those up to the next, ..., and the rest.

    ValueError where nothing stands between two of them, or behind the last.
    """
    pieces, left, passed = [], list(model.graph.node), 0
    for number in layers:
        boundary = f"encoder.transformer.layer.{number - 1}.output_layer_norm_out"
        ends = [index for index, node in enumerate(left) if node.output[0] == boundary]
        after = f"encoder.transformer.layer.{number}."
        if not ends or number <= passed or not any(node.output[0].startswith(after) for node in left):
            raise ValueError(f"the model has no layer after its first {number}, or a look stands there already")
        pieces.append(left[: ends[0] + 1])
        left, passed = left[ends[0] + 1 :], number
    return [*pieces, left]


def _renamed(nodes: Iterable[onnx.NodeProto], names: Mapping[str, str]) -> list[onnx.NodeProto]:
    copies = []
    for node in nodes:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        copy.input[:] = [names.get(name, name) for name in node.input]
        copy.output[:] = [names.get(name, name) for name in node.output]
        copies.append(copy)
    return copies


def _width(model: onnx.ModelProto, boundary: str) -> int:
    gamma = boundary.removesuffix("_out") + ".gamma"
    return int(next(tensor.dims[0] for tensor in model.graph.initializer if tensor.name == gamma))


def _constants(look: Weights) -> list[onnx.TensorProto]:
    weights = [numpy_helper.from_array(np.ascontiguousarray(value.T), f"look.{name}") for name, value in look.items()]
    place, axis = np.array(0, np.int64), np.array([1], np.int64)
    return [*weights, numpy_helper.from_array(place, "look.place"), numpy_helper.from_array(axis, "look.axis")]


def _look() -> list[onnx.NodeProto]:
    """`Look.forward`, node by node."""

    def linear(source: str, name: str) -> list[onnx.NodeProto]:
        product = helper.make_node("MatMul", [source, f"look.{name}.weight"], [f"look.{name}.product"])
        return [product, helper.make_node("Add", [f"look.{name}.product", f"look.{name}.bias"], [f"look.{name}"])]

    return [
        *linear(STATES, "tokens"),
        helper.make_node("Gelu", ["look.tokens"], ["look.seen"]),
        helper.make_node("ReduceMax", ["look.seen", "look.axis"], ["look.strongest"], keepdims=0),
        helper.make_node("ReduceMean", ["look.seen", "look.axis"], ["look.mean"], keepdims=0),
        helper.make_node("Gather", [STATES, "look.place"], ["look.cls"], axis=1),
        *linear("look.cls", "first"),
        helper.make_node("Concat", ["look.first", "look.strongest", "look.mean"], ["look.all"], axis=-1),
        *linear("look.all", "hidden"),
        helper.make_node("Gelu", ["look.hidden"], ["look.judged"]),
        helper.make_node("MatMul", ["look.judged", "look.out.weight"], ["look.out.product"]),
        helper.make_node("Add", ["look.out.product", "look.out.bias"], [LOOK]),
    ]


def _save(
    model: onnx.ModelProto,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    outputs: Sequence[onnx.ValueInfoProto],
    own: Sequence[onnx.TensorProto],
    content: bytes,
    path: Path,
) -> None:
    used = {name for node in nodes for name in node.input}
    shared = [_pointing(tensor, content) for tensor in model.graph.initializer if tensor.name in used]
    graph = helper.make_graph(list(nodes), path.stem, list(inputs), list(outputs), [*shared, *own])
    made = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    path.write_bytes(made.SerializeToString())


def _pointing(tensor: onnx.TensorProto, content: bytes) -> onnx.TensorProto:
    """The weight as a place in `model.onnx`; a small one as it is."""
    raw = tensor.raw_data
    if len(raw) <= _INLINE:
        return tensor
    offset = content.find(raw)
    if offset < 0:
        raise ValueError(f"{MODEL_FILE} holds {tensor.name} in another form than `export` writes it")
    place = onnx.TensorProto()
    place.CopyFrom(tensor)
    set_external_data(place, MODEL_FILE, offset=offset, length=len(raw))
    place.ClearField("raw_data")
    return place
