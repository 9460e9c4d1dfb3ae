"""A bundle in fp16: the same answers but for rounding, from the CPU too, under a version of its own."""

from datetime import date
from pathlib import Path

import onnx
import pytest

from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.training.data import Data
from detector.training.export import export
from detector.training.half import half
from detector.training.train import Trained
from tests.training.tiny import RECIPE, cut, examples, network


def test_a_bundle_in_fp16_judges_like_the_one_it_was_made_from(tmp_path: Path) -> None:
    rows = examples()
    data = Data(rows, rows, rows, [row for row in rows if not row.leak], rows, rows, "0" * 64)
    export(Trained(network().eval(), cut(), {}), data, RECIPE, tmp_path / "int8", date(2026, 1, 2))
    whole = load_bundle(tmp_path / "int8")
    manifest = half(whole, tmp_path / "half")
    made = load_bundle(tmp_path / "half")
    assert made.manifest == manifest
    assert manifest.modelVersion == f"{whole.manifest.modelVersion}-fp16"
    assert manifest.thresholds == whole.manifest.thresholds
    graph = onnx.load(made.model_file).graph
    assert {node.op_type for node in graph.node}.isdisjoint({"QuantizeLinear", "DequantizeLinear"})
    weights = {each.data_type for each in graph.initializer if each.name.endswith("qkv.weight")}
    assert weights == {onnx.TensorProto.FLOAT16}
    scorers = [OnnxScorer(each, 1) for each in (whole, made)]
    for text in ("call me 123", "room 123"):
        one, other = (each.score(each.windows(text))[0].probability for each in scorers)
        assert one == pytest.approx(other, abs=0.02)
