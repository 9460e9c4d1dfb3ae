"""The process that measures how fast this processor multiplies int8 matrices, and fp32 ones beside them.

The matrices are those of DistilBERT-base's feed-forward block at 512 tokens, its largest; each product is a graph of one
node, so nothing else is timed.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from detector.bench.model.answering import answer_questions, timed
from detector.bench.model.candidates import Kernel

TOKENS = 512
PRODUCTS = ((768, 3072), (3072, 768))
"""Rows and columns of the weights."""

_OPSET = 20


Values = NDArray[Any]
_Run = Callable[[], object]


def kernels(threads: int) -> Mapping[tuple[Kernel, tuple[int, int]], _Run]:
    """What there is here to multiply with, for each of the `PRODUCTS`."""
    return {
        (kernel, product): run
        for product in PRODUCTS
        for kernel, run in _of(np.random.default_rng(1), threads, *product)
    }


def _of(rng: np.random.Generator, threads: int, rows: int, columns: int) -> Iterator[tuple[Kernel, _Run]]:
    states = rng.integers(0, 256, (TOKENS, rows)).astype(np.uint8)
    # Two neighbouring terms fit 16 bits, so that no processor's way of adding them gives another result.
    weights = rng.integers(-63, 64, (rows, columns)).astype(np.int8)
    for kernel, exact in ((Kernel.ONNXRUNTIME, "0"), (Kernel.ONNXRUNTIME_EXACT, "1")):
        yield kernel, _onnxruntime(states, weights, threads, exact)
    left, right = states.astype(np.float32), weights.astype(np.float32)
    if find_spec("openvino") is not None:
        yield Kernel.OPENVINO, _openvino(left, weights, threads)
    yield Kernel.FP32, lambda: left @ right


def _onnxruntime(states: Values, weights: Values, threads: int, exact: str) -> _Run:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.x64quantprecision", exact)
    node = helper.make_node("MatMulInteger", ["states", "weights"], ["product"])
    graph = _graph([node], states, {"weights": weights}, TensorProto.INT32)
    session = ort.InferenceSession(graph.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"states": states})


def _openvino(states: Values, weights: Values, threads: int) -> _Run:
    """OpenVINO multiplies integers where it is given floats that are quantised first, which is a hundredth of the work."""
    import openvino  # noqa: PLC0415 - an extra

    scale = ["scale", "zero"]
    nodes = [
        helper.make_node("QuantizeLinear", ["states", *scale], ["quantised"]),
        helper.make_node("DequantizeLinear", ["quantised", *scale], ["left"]),
        helper.make_node("DequantizeLinear", ["weights", "scales", "zeros"], ["right"], axis=1),
        helper.make_node("MatMul", ["left", "right"], ["product"]),
    ]
    columns = weights.shape[1]
    constants: Mapping[str, Values] = {
        "scale": np.array(1, np.float32),
        "zero": np.array(0, np.uint8),
        "weights": weights,
        "scales": np.full(columns, 0.01, np.float32),
        "zeros": np.zeros(columns, np.int8),
    }
    config = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "f32",
        "ENABLE_CPU_PINNING": False,
    }
    with TemporaryDirectory() as folder:
        file = f"{folder}/product.onnx"
        onnx.save(_graph(nodes, states, constants, TensorProto.FLOAT), file)
        request = openvino.Core().compile_model(file, "CPU", config).create_infer_request()
    return lambda: request.infer({"states": states})


def _graph(
    nodes: Sequence[onnx.NodeProto], states: Values, constants: Mapping[str, Values], answer: int
) -> onnx.ModelProto:
    kind = helper.np_dtype_to_tensor_dtype(states.dtype)
    made = helper.make_graph(
        nodes,
        "product",
        [helper.make_tensor_value_info("states", kind, states.shape)],
        [helper.make_tensor_value_info("product", answer, [len(states), constants["weights"].shape[1]])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=10)


def measure(threads: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Answers with each kernel's rate in operations per second, that of the product which it does best."""
    runs = kernels(threads)
    for run in runs.values():
        run()

    def answer(question: dict[str, Any]) -> dict[str, Any]:
        rates: dict[str, float] = {}
        for (kernel, (rows, columns)), run in runs.items():
            seconds = median(timed(run, question["seconds"])["wall_ms"]) / 1000
            rates[kernel] = max(rates.get(kernel, 0.0), 2 * TOKENS * rows * columns / seconds)
        return {"rates": rates}

    return answer


if __name__ == "__main__":
    answer_questions(lambda: measure(int(sys.argv[1])))
