"""Makes `loud_product.onnx`: one int8 product whose terms are as large as they can be; needs the package onnx.

    .venv-train/bin/python -m tests.data.loud_product

It is quantised as a bundle's products are: uint8 inputs of a fixed range, int8 weights with a scale per column. A
processor without VNNI adds two neighbouring terms in 16 bits, which these do not fit, unless it is told not to.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

DEPTH, WIDTH = 64, 16


def main() -> None:
    """Write the model beside this file."""
    constants = {
        "weight": np.full((DEPTH, WIDTH), 127, np.int8),
        "weight_scale": np.full(WIDTH, 1 / 127, np.float32),
        "weight_zero": np.zeros(WIDTH, np.int8),
        "scale": np.array(1 / 255, np.float32),
        "zero": np.array(0, np.uint8),
    }
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["x_q"]),
        helper.make_node("DequantizeLinear", ["x_q", "scale", "zero"], ["x_dq"]),
        helper.make_node("DequantizeLinear", ["weight", "weight_scale", "weight_zero"], ["weight_dq"], axis=1),
        helper.make_node("MatMul", ["x_dq", "weight_dq"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "loud",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", DEPTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["rows", WIDTH])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(Path(__file__).with_name("loud_product.onnx")))


if __name__ == "__main__":
    main()
