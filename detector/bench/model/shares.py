"""The process that tells what ONNX Runtime does with the time of one run of a bundle's graph."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnxruntime as ort

from detector.bench.model.answering import SOME_IDS, answer_questions
from detector.model.backends.session import inputs_of
from detector.model.bundle import Bundle, load_bundle
from detector.model.onnx_scorer import IDS

_RUNS = 6

PARTS: Mapping[str, str] = {
    **dict.fromkeys(("MatMul", "MatMulIntegerToFloat", "MatMulInteger", "Gemm", "FusedGemm"), "matrix products"),
    **dict.fromkeys(("MultiHeadAttention", "Attention"), "attention"),
    **dict.fromkeys(("LayerNormalization", "SkipLayerNormalization"), "normalisation"),
    **dict.fromkeys(("BiasGelu", "Gelu", "FusedGelu"), "GELU"),
    **dict.fromkeys(("QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear"), "quantising"),
    **dict.fromkeys(("Add", "Mul"), "sums and scales"),
}
"""What each operator counts for."""

OTHER = "other"


def shares(events: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """The share of each of the `PARTS` in the time of all nodes, from the events of ONNX Runtime's profile."""
    spent: Counter[str] = Counter(dict.fromkeys([*dict.fromkeys(PARTS.values()), OTHER], 0))
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            spent[PARTS.get(event["args"]["op_name"], OTHER)] += event["dur"]
    whole = max(1, spent.total())
    return {part: time / whole for part, time in spent.items()}


def profile(bundle: Bundle, threads: int) -> dict[str, float]:
    """The shares in runs of one whole window of random tokens."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.x64quantprecision", "0" if bundle.manifest.narrowSums else "1")
    with TemporaryDirectory() as folder:
        options.enable_profiling = True
        options.profile_file_prefix = f"{folder}/profile"
        session = ort.InferenceSession(str(bundle.model_file), options, providers=["CPUExecutionProvider"])
        ids = np.random.default_rng(1).integers(0, SOME_IDS, (1, bundle.manifest.window))
        inputs = inputs_of(session)
        feed = {name: (ids if name == IDS else np.ones_like(ids)).astype(kind) for name, kind in inputs.items()}
        for _ in range(_RUNS):
            session.run(None, feed)
        return shares(json.loads(Path(session.end_profiling()).read_text()))


def answering(folder: Path, threads: int) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Answers any question with the shares."""
    bundle = load_bundle(folder)
    return lambda _question: {"shares": profile(bundle, threads)}


if __name__ == "__main__":
    answer_questions(lambda: answering(Path(sys.argv[1]), int(sys.argv[2])))
