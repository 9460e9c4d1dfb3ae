"""Back to fp32: the graph loses its quantising nodes, and the network says what the graph says."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch

from detector.errors import Misconfigured
from detector.model.bundle import load_bundle
from detector.training.exact import exact_graph, network_of, values_of
from detector.training.export import feeds
from detector.training.graph import build_graph
from detector.training.network import LeakNetwork
from detector.training.quantize import observe, peaks, static_int8, tamed
from detector.training.rivals import STUDENT, TEACHER, kept_network, rivals, untaught_teacher
from detector.training.torch_backend import TorchBackend, bytes_of
from tests.training.tiny import cut, examples, network

ROOT = Path(__file__).parents[2]
FEEDS = feeds(cut().cut(examples()))
OUTPUTS = ["logits", "token_logits"]


@pytest.fixture(scope="module")
def built() -> onnx.ModelProto:
    return build_graph(network().eval())


@pytest.fixture(scope="module")
def int8(built: onnx.ModelProto) -> onnx.ModelProto:
    tame = tamed(built, peaks(built, FEEDS))
    return static_int8(tame, observe(tame, FEEDS))


def test_nothing_of_the_quantising_is_left_and_the_weights_are_nearly_what_they_were(
    built: onnx.ModelProto, int8: onnx.ModelProto
) -> None:
    exact = exact_graph(int8)
    onnx.checker.check_model(exact)
    kinds = [node.op_type for node in built.graph.node]
    assert [node.op_type for node in exact.graph.node] == kinds
    before, after = values_of(built), values_of(exact)
    assert set(after) == set(before)
    for name, value in after.items():
        scale = np.abs(before[name]).max()
        assert np.abs(value - before[name]).max() <= 0.02 * scale, name


def test_the_graph_that_was_given_stays_as_it_was(int8: onnx.ModelProto) -> None:
    before = int8.SerializeToString()
    exact_graph(int8)
    assert int8.SerializeToString() == before


def test_the_network_says_what_its_graph_says(int8: onnx.ModelProto) -> None:
    exact = exact_graph(int8)
    session = ort.InferenceSession(exact.SerializeToString(), providers=["CPUExecutionProvider"])
    backend = TorchBackend(network_of(exact), threads=1)
    for feed, said in zip(FEEDS, backend.run_all(OUTPUTS, FEEDS), strict=True):
        for graph, own in zip(session.run(OUTPUTS, feed), said, strict=True):
            assert np.abs(graph - own).max() < 1e-4


def test_a_network_comes_back_from_its_graph(built: onnx.ModelProto) -> None:
    state, original = network_of(built).state_dict(), network().state_dict()
    for name, value in original.items():
        assert torch.allclose(state[name], value, atol=0.01 * float(value.abs().max()) + 1e-9), name


def checkpoint(folder: Path, name: str, each: LeakNetwork) -> None:
    torch.save({"network": each.state_dict(), "identity": {}}, folder / name)


def test_a_checkpoint_is_taken_of_the_last_stage_that_left_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detector.training.rivals._HEADS", 2)
    checkpoint(tmp_path, "student.pt", network(1))
    first = kept_network(tmp_path, STUDENT)
    checkpoint(tmp_path, "mining.pt", network(2))
    assert torch.equal(first.sequence.weight, network(1).sequence.weight)
    assert torch.equal(kept_network(tmp_path, STUDENT).sequence.weight, network(2).sequence.weight)


def test_a_folder_without_the_checkpoint_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"teacher\.pt"):
        kept_network(tmp_path, TEACHER)


def test_the_rivals_of_the_shipped_model_agree_with_it_but_for_the_teacher_who_was_never_taught() -> None:
    bundle = load_bundle(ROOT / "models" / "distilbert-leaks")
    with rivals(bundle, 1, teacher=None, student=None) as (teacher, student, graph):
        assert [each.taught for each in (teacher, student, graph)] == [False, True, True]
        assert teacher.size > student.size > graph.size > bundle.model_file.stat().st_size
        windows = student.scorer.windows("ring me on oh seven seven double-oh nine hundred one two three")
        (said,), (exact,) = student.scorer.score(windows), graph.scorer.score(windows)
        assert said.probability == pytest.approx(exact.probability, abs=1e-4)
        assert said.probability > bundle.card.thresholds[next(iter(bundle.card.thresholds))]


def test_the_teacher_has_the_shape_that_the_recipe_names() -> None:
    bundle = load_bundle(ROOT / "models" / "distilbert-leaks")
    teacher = untaught_teacher(bundle)
    assert (teacher.encoder.config.n_layers, teacher.encoder.config.dim) == (12, 384)
    recipe = {**bundle.manifest.training.recipe, "teacher": {"encoder": "bge-small-en-v1.5", "layers": 3}}
    training = bundle.manifest.training.model_copy(update={"recipe": recipe})
    fewer = replace(bundle, manifest=bundle.manifest.model_copy(update={"training": training}))
    assert bytes_of(untaught_teacher(fewer)) < bytes_of(teacher)
