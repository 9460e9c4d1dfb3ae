"""The nodes and weights of an ONNX graph in the making."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

WORDS, WORD_SCALES = "words", "word_scales"
"""The weights of `Nodes.words`: `[vocabulary, width]` in int8, and `[vocabulary, 1]` by which a row is to be multiplied."""


@dataclass
class Nodes:
    """What is added last may take the output of whatever was added before."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)

    def weight(self, name: str, value: NDArray[Any]) -> str:
        """Adds a weight and gives its name."""
        self.weights.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        """Adds a node of one output and gives the output's name."""
        self.nodes.append(helper.make_node(kind, inputs, [output], f"{output}_{kind}", domain=domain, **attributes))
        return output

    def linear(self, source: str, name: str, weight: NDArray[Any], bias: NDArray[Any] | None) -> str:
        """`weight` is as PyTorch lays it out, `[outputs, inputs]`."""
        product = self.node("MatMul", [source, self.weight(f"{name}.weight", weight.T)], f"{name}_product")
        return product if bias is None else self.node("Add", [product, self.weight(f"{name}.bias", bias)], name)

    def words(self, vectors: NDArray[np.float32]) -> str:
        """The vectors of `input_ids`, kept in int8 with a scale for each word."""
        scales = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-8) / 127
        rows = np.clip(np.rint(vectors / scales), -127, 127).astype(np.int8)
        picked = self.node("Gather", [self.weight(WORDS, rows), "input_ids"], "word_rows")
        scale = self.node("Gather", [self.weight(WORD_SCALES, scales.astype(np.float32)), "input_ids"], "word_scale")
        cast = self.node("Cast", [picked], "word_floats", to=TensorProto.FLOAT)
        return self.node("Mul", [cast, scale], "word_states")
