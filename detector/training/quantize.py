"""int8 in ways that keep a score independent of its batch mates: scales that are fixed, or of one row's own.

Dynamic quantisation is not among them: its scale spans the batch.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

Feed = dict[str, NDArray[np.int64]]
Ranges = dict[str, tuple[float, float]]
Peaks = dict[str, NDArray[np.float32]]

NARROW = 128
"""What the magnitudes of two neighbouring weights of one sign may come to.

A processor without VNNI adds the terms of two neighbours in 16 bits, and 128 times an input of 255 just fits them. So it
needs no slower way to the same sum (a fifth of a run with ONNX Runtime), and OpenVINO, which has none, is right there
too. A column's scale grows by a quarter or so; the scores are as near to fp32's as before (docs/benchmarks.md).
"""

TAMED = 12
"""Columns of a product's input that are taken for outliers; with 6 twice as many labels changed, with 30 no fewer."""


def encoder_products(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """The matrix products worth quantising: those of the encoder's layers; the heads are small and stay exact."""
    return [node for node in model.graph.node if node.op_type == "MatMul" and "transformer.layer" in node.output[0]]


def observe(model: onnx.ModelProto, feeds: Iterable[Feed]) -> Ranges:
    """The range of every product's input over the calibration feeds."""
    ranges: Ranges = {}
    for name, value in _inputs(model, feeds):
        low, high = ranges.get(name, (0.0, 0.0))
        ranges[name] = (min(low, float(value.min())), max(high, float(value.max())))
    return ranges


def peaks(model: onnx.ModelProto, feeds: Iterable[Feed]) -> Peaks:
    """The largest magnitude in each column of every product's input over the calibration feeds."""
    largest: Peaks = {}
    for name, value in _inputs(model, feeds):
        seen = np.abs(value).reshape(-1, value.shape[-1]).max(axis=0)
        largest[name] = np.maximum(largest[name], seen) if name in largest else seen
    return largest


def tamed(model: onnx.ModelProto, largest: Peaks) -> onnx.ModelProto:
    """The same network with the outlying columns of each product's input made small and their weights large.

    One column of a norm's output reaches ten times as far as all others and would set the scale of all of them. Those
    that outrun the column after the first `TAMED` are divided down to it, their rows of the weights multiplied (Xiao et
    al. 2023, SmoothQuant, for the outliers alone).
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    weights = {tensor.name: tensor for tensor in result.graph.initializer}
    products = {node.name for node in encoder_products(result)}
    nodes: list[onnx.NodeProto] = []
    for node in result.graph.node:
        if node.name in products:
            source, weight = node.input
            scale = np.maximum(largest[source] / next_largest(largest[source]), 1.0).astype(np.float32)
            rows = numpy_helper.to_array(weights[weight]) * scale[:, None]
            weights[weight].CopyFrom(numpy_helper.from_array(rows, weight))
            result.graph.initializer.append(numpy_helper.from_array(1 / scale, f"{source}_taming"))
            tame = helper.make_node("Mul", [source, f"{source}_taming"], [f"{source}_tamed"], f"{source}_Mul")
            nodes.append(tame)
            node.input[0] = tame.output[0]
        nodes.append(node)
    del result.graph.node[:]
    result.graph.node.extend(nodes)
    return result


def next_largest(columns: NDArray[np.float32]) -> float:
    """The peak of the first column that is no outlier."""
    return max(float(np.sort(columns)[-TAMED - 1]), 1e-6)


def static_int8(model: onnx.ModelProto, ranges: Ranges) -> onnx.ModelProto:
    """Quantise-dequantise pairs on the products: uint8 inputs of a fixed range, int8 weights with a scale per column.

    The weights are narrow, see `NARROW`.
    """
    result = onnx.ModelProto()
    result.CopyFrom(model)
    weights = {tensor.name: tensor for tensor in result.graph.initializer}
    products = {node.name for node in encoder_products(result)}
    nodes: list[onnx.NodeProto] = []
    for node in result.graph.node:
        if node.name in products:
            source, weight = node.input
            quantised = _quantised_input(result, nodes, source, ranges[source])
            node.input[:] = [quantised, _quantised_weight(result, nodes, weights[weight])]
        nodes.append(node)
    del result.graph.node[:]
    result.graph.node.extend(nodes)
    return result


def narrowed(model: onnx.ModelProto) -> onnx.ModelProto:
    """An int8 graph with its products' weights rounded anew where neighbours come to more than `NARROW`."""
    result = onnx.ModelProto()
    result.CopyFrom(model)
    constants = {tensor.name: tensor for tensor in result.graph.initializer}
    for weight, scale in _int8_weights(result):
        rounded, scales = (numpy_helper.to_array(constants[name]) for name in (weight, scale))
        wide = _reach(rounded.astype(np.float32)) > NARROW
        value = rounded * scales
        anew, anew_scales = _rounded(value)
        constants[weight].CopyFrom(numpy_helper.from_array(np.where(wide, anew, rounded), weight))
        constants[scale].CopyFrom(numpy_helper.from_array(np.where(wide, anew_scales, scales), scale))
    return result


def is_narrow(model: onnx.ModelProto) -> bool:
    """Whether no two neighbouring weights of an int8 product come to more than `NARROW`."""
    constants = {tensor.name: tensor for tensor in model.graph.initializer}
    return all(
        _reach(numpy_helper.to_array(constants[weight]).astype(np.float32)).max() <= NARROW
        for weight, _ in _int8_weights(model)
    )


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


def _inputs(model: onnx.ModelProto, feeds: Iterable[Feed]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """What every product is given, feed by feed, by name."""
    names = sorted({node.input[0] for node in encoder_products(model)})
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = ort.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    for feed in feeds:
        yield from zip(names, session.run(names, feed), strict=True)


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
    name = weight.name
    rows, scale = _rounded(numpy_helper.to_array(weight))
    weight.CopyFrom(numpy_helper.from_array(rows, name))
    params = _constants(model, name, scale, np.zeros(scale.shape, np.int8))
    nodes.append(
        helper.make_node("DequantizeLinear", [name, *params], [f"{name}_dq"], f"{name}_DequantizeLinear", axis=1)
    )
    return f"{name}_dq"


def _rounded(value: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Weights as int8 with a scale for each column; rounding adds at most 1 to a pair, so that it stays `NARROW`."""
    scale = np.maximum(_reach(value), 1e-8) / (NARROW - 1)
    return np.rint(value / scale).astype(np.int8), scale.astype(np.float32)


def _reach(value: NDArray[np.float32]) -> NDArray[np.float32]:
    """The largest magnitude in each column, of one weight or of two neighbours of one sign together."""
    pairs = value[: len(value) // 2 * 2].reshape(-1, 2, value.shape[1])
    together = np.where(pairs[:, 0] * pairs[:, 1] > 0, np.abs(pairs).sum(axis=1), 0.0)
    return np.maximum(np.abs(value).max(axis=0), together.max(axis=0, initial=0.0)).astype(np.float32)


def _int8_weights(model: onnx.ModelProto) -> Iterator[tuple[str, str]]:
    """The names of the weights and of the scales of every product in int8."""
    made = {node.output[0]: node for node in model.graph.node}
    for node in encoder_products(model):
        weight = made.get(node.input[1])
        if weight is not None and weight.op_type == "DequantizeLinear":
            yield weight.input[0], weight.input[1]


def _constants(model: onnx.ModelProto, name: str, scale: NDArray[Any], zero: NDArray[Any]) -> list[str]:
    names = [f"{name}_scale", f"{name}_zero"]
    model.graph.initializer.extend(numpy_helper.from_array(v, n) for v, n in zip((scale, zero), names, strict=True))
    return names
