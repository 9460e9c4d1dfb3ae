"""A finished bundle with its weights rounded anew: narrow, near the old one, and saying so."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from detector.model.bundle import Bundle, load_bundle
from detector.training.data import Data
from detector.training.export import export
from detector.training.narrow import narrow
from detector.training.quantize import is_narrow
from detector.training.train import Trained
from tests.training.tiny import RECIPE, cut, examples, network

EXAM = [replace(each, source=f"exam-{number}") for number, each in enumerate(examples(8))]


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A bundle as they were before: some neighbours come to more than 128."""
    folder = tmp_path_factory.mktemp("wide")
    rows = examples()
    data = Data(rows, rows, rows, [row for row in rows if not row.leak], rows, rows, "0" * 64)
    export(Trained(network().eval(), cut(), {}), data, RECIPE, folder, date(2026, 1, 2))
    model = onnx.load(folder / "model.onnx")
    weight = next(each for each in model.graph.initializer if each.name.endswith("lin1.weight"))
    values = numpy_helper.to_array(weight).copy()
    values[0] = np.abs(values[0]) // 2 + 60
    values[1] = np.abs(values[1]) // 2 + 60
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    onnx.save(model, folder / "model.onnx")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["model.onnx"] = sha256((folder / "model.onnx").read_bytes()).hexdigest()
    manifest["narrowSums"] = False
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return load_bundle(folder)


def test_a_bundle_made_narrow_says_so_and_how_far_its_scores_shifted(wide: Bundle, tmp_path: Path) -> None:
    assert not is_narrow(onnx.load(wide.model_file))
    manifest = narrow(wide, tmp_path / "narrow", date(2026, 3, 4), [*examples(), *EXAM])
    made = load_bundle(tmp_path / "narrow")
    assert made.manifest == manifest
    assert is_narrow(onnx.load(made.model_file))
    assert manifest.narrowSums
    assert manifest.refreshVersion == "v20260304"
    assert manifest.metrics["exam"]["texts"] == len(EXAM)
    assert 0 < manifest.metrics["narrowed"]["probability_gap_mean"] < 0.02
    assert manifest.calibration == wide.manifest.calibration
    assert manifest.thresholds == wide.manifest.thresholds
