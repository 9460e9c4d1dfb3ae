"""Makes `tiny_model.onnx` and `tiny_sequence_model.onnx`, of a few kilobytes each; needs the package onnx.

    .venv-train/bin/python -m tests.data.tiny_model

It is no language model: each token has fixed label logits, digits those of a phone number. Two vices show mistakes of
the scorer. Every token is moved a little by the mean of its padded window, as dynamic quantisation does by rounding,
so a window that is padded by its batch mates scores differently. And padding looks like a phone number unless masked.
The second model is the first one without its token head.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.tiny_bundle import LABELS, VOCABULARY, is_number

SURE = 6.0
UNSEEN = -100.0


def main() -> None:
    """Write the models beside this file."""
    here = Path(__file__)
    sequence = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 2])
    tokens = helper.make_tensor_value_info("token_logits", TensorProto.FLOAT, ["batch", "sequence", len(LABELS)])
    _write(here.with_name("tiny_model.onnx"), [sequence, tokens])
    _write(here.with_name("tiny_sequence_model.onnx"), [sequence])


def _write(path: Path, outputs: list[onnx.ValueInfoProto]) -> None:
    inputs = [_whole_numbers("input_ids"), _whole_numbers("attention_mask")]
    graph = helper.make_graph(_nodes(), "tiny", inputs, outputs, _constants())
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))


def _whole_numbers(name: str) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])


def _constants() -> list[onnx.TensorProto]:
    random = np.random.default_rng(20261121)
    table = random.normal(0, 0.5, (len(VOCABULARY), len(LABELS))).astype(np.float32)
    for number, token in enumerate(VOCABULARY):
        table[number, LABELS.index("phone") if is_number(token) or token == "[PAD]" else 0] += SURE
    constants = {
        "table": table,
        "mixing": (np.eye(len(LABELS)) + random.normal(0, 0.05, (len(LABELS), len(LABELS)))).astype(np.float32),
        "share": np.array(0.1, np.float32),
        "one": np.array(1.0, np.float32),
        "calm": np.array(SURE / 2, np.float32),
        "unseen": np.array(UNSEEN, np.float32),
        "from": np.array([1], np.int64),
        "depth": np.array([2], np.int64),
        "to": np.array([len(LABELS)], np.int64),
    }
    return [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]


def _nodes() -> list[onnx.NodeProto]:
    def node(kind: str, inputs: str, output: str, **attributes: object) -> onnx.NodeProto:
        return helper.make_node(kind, inputs.split(), [output], **attributes)

    return [
        node("Gather", "table input_ids", "tokens", axis=0),
        node("Cast", "attention_mask", "mask", to=TensorProto.FLOAT),
        node("ReduceMean", "tokens", "mean", axes=[1], keepdims=1),
        node("Mul", "mean share", "context"),
        node("Add", "tokens context", "moved"),
        node("MatMul", "moved mixing", "token_logits"),
        # The window's leak logit is its likeliest leak token's; what is padding cannot be it.
        node("Slice", "token_logits from to depth", "leaks"),
        node("ReduceMax", "leaks", "leak", axes=[2], keepdims=0),
        node("Sub", "one mask", "padding"),
        node("Mul", "padding unseen", "penalty"),
        node("Add", "leak penalty", "seen_leak"),
        node("ReduceMax", "seen_leak", "highest", axes=[1], keepdims=1),
        node("Sub", "highest highest", "nothing"),
        node("Sub", "highest calm", "margin"),
        node("Concat", "nothing margin", "logits", axis=1),
    ]


if __name__ == "__main__":
    main()
