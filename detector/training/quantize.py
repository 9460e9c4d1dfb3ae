"""int8 in ways that keep a score independent of its batch mates: scales that are fixed, or of one row's own.

Dynamic quantisation is not among them: its scale spans the batch.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

Feed = dict[str, NDArray[np.int64]]
Ranges = dict[str, tuple[float, float]]


def encoder_products(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """The matrix products worth quantising: those of the encoder's layers; the heads are small and stay exact."""
    return [node for node in model.graph.node if node.op_type == "MatMul" and "transformer.layer" in node.output[0]]


def observe(model: onnx.ModelProto, feeds: Iterable[Feed], percentile: float = 100.0) -> Ranges:
    """The range of every product's input over the calibration feeds, cut at a percentile of each feed's values."""
    names = sorted({node.input[0] for node in encoder_products(model)})
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = ort.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    ranges: Ranges = {}
    for feed in feeds:
        for name, value in zip(names, session.run(names, feed), strict=True):
            low, high = (
                np.percentile(value, (100 - percentile, percentile)) if percentile < 100 else (value.min(), value.max())
            )
            old = ranges.get(name, (0.0, 0.0))
            ranges[name] = (min(old[0], float(low)), max(old[1], float(high)))
    return ranges


def static_int8(model: onnx.ModelProto, ranges: Ranges, keep: Sequence[str] = ()) -> onnx.ModelProto:
    """Quantise-dequantise pairs on the products: uint8 inputs of a fixed range, int8 weights with a scale per column.

    Products whose output name holds one of `keep` take their inputs as they are; their weights are stored as int8 all the
    same, which changes a label far more rarely than a coarse input does.
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    weights = {tensor.name: tensor for tensor in result.graph.initializer}
    products = {node.name for node in encoder_products(result)}
    nodes: list[onnx.NodeProto] = []
    done: dict[str, str] = {}
    for node in result.graph.node:
        if node.name in products:
            source, weight = node.input
            if source not in done:
                exact = any(part in node.output[0] for part in keep)
                done[source] = source if exact else _quantised_input(result, nodes, source, ranges[source])
            node.input[:] = [done[source], _quantised_weight(result, nodes, weights[weight])]
        nodes.append(node)
    del result.graph.node[:]
    result.graph.node.extend(nodes)
    return result


def block_int8(model: onnx.ModelProto, block: int) -> onnx.ModelProto:
    """MatMulNBits with 8-bit weights in blocks; inputs are quantised at run time, each row and block on its own."""
    others = [n.name for n in model.graph.node if n.op_type == "MatMul" and n not in encoder_products(model)]
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    quantizer = MatMulNBitsQuantizer(
        copy, bits=8, block_size=block, is_symmetric=True, accuracy_level=4, nodes_to_exclude=others
    )
    quantizer.process()
    made: onnx.ModelProto = quantizer.model.model
    return made


def _quantised_input(model: onnx.ModelProto, nodes: list[onnx.NodeProto], name: str, seen: tuple[float, float]) -> str:
    scale = max((seen[1] - seen[0]) / 255, 1e-8)
    zero = int(np.clip(round(-seen[0] / scale), 0, 255))
    params = _constants(model, name, np.array(scale, np.float32), np.array(zero, np.uint8))
    nodes.append(helper.make_node("QuantizeLinear", [name, *params], [f"{name}_q"], f"{name}_QuantizeLinear"))
    nodes.append(
        helper.make_node("DequantizeLinear", [f"{name}_q", *params], [f"{name}_dq"], f"{name}_DequantizeLinear")
    )
    return f"{name}_dq"


def _quantised_weight(model: onnx.ModelProto, nodes: list[onnx.NodeProto], weight: onnx.TensorProto) -> str:
    name, value = weight.name, numpy_helper.to_array(weight)
    scale = np.maximum(np.abs(value).max(axis=0), 1e-8) / 127
    rows = np.clip(np.rint(value / scale), -127, 127).astype(np.int8)
    weight.CopyFrom(numpy_helper.from_array(rows, name))
    params = _constants(model, name, scale.astype(np.float32), np.zeros(scale.shape, np.int8))
    nodes.append(
        helper.make_node("DequantizeLinear", [name, *params], [f"{name}_dq"], f"{name}_DequantizeLinear", axis=1)
    )
    return f"{name}_dq"


def _constants(model: onnx.ModelProto, name: str, scale: NDArray[Any], zero: NDArray[Any]) -> list[str]:
    names = [f"{name}_scale", f"{name}_zero"]
    model.graph.initializer.extend(numpy_helper.from_array(v, n) for v, n in zip((scale, zero), names, strict=True))
    return names
