"""Export: the graph says what the network says, int8 stays close, and no score depends on its batch mates."""

from datetime import date
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from onnx import numpy_helper

from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.training.data import Data
from detector.training.export import export, feeds, parity
from detector.training.graph import FUSED, build_graph, count_fused
from detector.training.network import LeakNetwork
from detector.training.quantize import is_narrow, narrowed, next_largest, observe, peaks, static_int8, tamed
from detector.training.train import Trained
from tests.training.tiny import RECIPE, cut, examples, loss_of, network, trainer_of

WINDOWS = cut().cut(examples())


@pytest.fixture(scope="module")
def trained() -> LeakNetwork:
    each = network()
    trainer = trainer_of(each)
    for _ in range(60):
        trainer.step(loss_of(each, WINDOWS), 0.3)
    return each.eval()


def quantised(graph: onnx.ModelProto) -> onnx.ModelProto:
    seen = feeds(WINDOWS)
    tame = tamed(graph, peaks(graph, seen))
    return static_int8(tame, observe(tame, seen))


def session(model: onnx.ModelProto, precision: str = "0") -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.add_session_config_entry("session.x64quantprecision", precision)
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def test_the_graph_has_every_fused_node_and_agrees_with_the_network(trained: LeakNetwork) -> None:
    graph = build_graph(trained)
    assert count_fused(graph) == {kind: 2 * count for kind, count in FUSED.items()}
    for feed in feeds(WINDOWS):
        logits, tags = session(graph).run(["logits", "token_logits"], feed)
        with torch.no_grad():
            ids = torch.tensor(feed["input_ids"])
            expected, expected_tags = trained(ids, torch.ones_like(ids))
        assert np.abs(logits - expected.numpy()).max() < 0.1  # the word embeddings are int8
        assert np.abs(tags - expected_tags.numpy()).max() < 0.1


def test_int8_products_are_fused_by_the_runtime(trained: LeakNetwork, tmp_path: Path) -> None:
    graph = build_graph(trained)
    options = ort.SessionOptions()
    options.optimized_model_filepath = str(tmp_path / "optimised.onnx")
    int8 = quantised(graph)
    ort.InferenceSession(int8.SerializeToString(), options, providers=["CPUExecutionProvider"])
    kinds = [node.op_type for node in onnx.load(tmp_path / "optimised.onnx").graph.node]
    assert kinds.count("MatMulIntegerToFloat") == 4 * 2
    assert "SkipLayerNormalization" not in kinds  # slower than what it would replace


def test_int8_judges_like_the_exact_graph(trained: LeakNetwork) -> None:
    graph = build_graph(trained)
    assert parity(graph, quantised(graph), WINDOWS)["flips"] == 0


def test_neighbouring_terms_of_an_int8_product_fit_16_bits(trained: LeakNetwork) -> None:
    int8 = quantised(build_graph(trained))
    assert is_narrow(int8)
    exact, fast = (session(int8, precision).run(["logits"], feeds(WINDOWS)[0])[0] for precision in ("1", "0"))
    assert (exact == fast).all()


def test_wide_weights_are_rounded_anew_and_narrow_ones_left(trained: LeakNetwork) -> None:
    int8 = quantised(build_graph(trained))
    assert narrowed(int8) == int8
    (name, rows) = next(
        (each.name, numpy_helper.to_array(each).copy()) for each in int8.graph.initializer if "qkv.weight" in each.name
    )
    rows[:2, 0], rows[2:4, 1] = (100, 90), (100, -90)
    rows[:, 2] = 0
    rows[4:6, 2] = (127, 1)
    wide = onnx.ModelProto()
    wide.CopyFrom(int8)
    next(each for each in wide.graph.initializer if each.name == name).CopyFrom(numpy_helper.from_array(rows, name))
    assert not is_narrow(wide)
    anew = narrowed(wide)
    assert is_narrow(anew)
    values = {each.name: numpy_helper.to_array(each) for each in anew.graph.initializer}
    before = {each.name: numpy_helper.to_array(each) for each in wide.graph.initializer}
    scale = f"{name}_scale"
    apart = values[name] * values[scale] - before[name] * before[scale]
    assert (np.abs(apart) <= values[scale] / 2 + 1e-7).all()
    assert (apart[:, 1:] == 0).all(), "neighbours of opposite signs, or of 128 together, have room"


def test_taming_outliers_changes_ranges_and_no_answer(trained: LeakNetwork) -> None:
    graph, seen = build_graph(trained), feeds(WINDOWS)
    largest = peaks(graph, seen)
    tame = tamed(graph, largest)
    ranges = observe(tame, seen)
    for name, columns in largest.items():
        assert max(map(abs, ranges[f"{name}_tamed"])) <= next_largest(columns) * 1.001
    for feed in seen:
        exact, same = (session(model).run(["logits"], feed)[0] for model in (graph, tame))
        assert np.abs(exact - same).max() < 1e-4


def test_a_score_does_not_depend_on_its_batch_mates(trained: LeakNetwork) -> None:
    graph = build_graph(trained)
    run = session(quantised(graph))
    rng = np.random.default_rng(0)
    ids = rng.integers(5, 90, (32, 32))
    feed = {"input_ids": ids}
    together = run.run(None, feed)
    for row in range(32):
        alone = run.run(None, {name: value[row : row + 1] for name, value in feed.items()})
        for one, all_ in zip(alone, together, strict=True):
            assert np.abs(one[0] - all_[row]).max() < 1e-6


def test_an_exported_bundle_loads_scores_and_describes_itself(trained: LeakNetwork, tmp_path: Path) -> None:
    rows = examples()
    data = Data(rows, rows, rows, [row for row in rows if not row.leak], rows, rows, "0" * 64)
    manifest = export(Trained(trained, cut(), {}), data, RECIPE, tmp_path / "tiny", date(2026, 1, 2))
    bundle = load_bundle(tmp_path / "tiny")
    assert bundle.manifest == manifest
    assert manifest.refreshVersion == "v20260102"
    assert manifest.narrowSums
    scorer = OnnxScorer(bundle, threads=1)
    leaking, plain = (scorer.score(scorer.windows(text))[0].probability for text in ("call me 123", "room 123"))
    assert leaking > manifest.thresholds.LISTING_UPDATE > plain
    clean = [row for row in rows if not row.leak and not row.hard]
    assert manifest.metrics["everyday"] == {"texts": len(clean), "languages": 1, "called": 0}
    card = (tmp_path / "tiny" / "MODEL_CARD.md").read_text()
    assert f"Of {len(clean)} held-out texts as people write them every day, in 1 languages" in card
    assert "{" not in card
    assert str(tmp_path) not in card
