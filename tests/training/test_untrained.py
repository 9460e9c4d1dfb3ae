"""DistilBERT's shape with random weights: every form of it runs, and the bundle is one that a worker takes."""

from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest
import torch
from transformers import DistilBertForSequenceClassification, pipeline

from detector.bench.model import made
from detector.bench.model.candidates import Candidate, Model
from detector.bench.model.plan import Size
from detector.bench.model.serving import opened
from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.training import untrained

SHAPE = {"n_layers": 2, "n_heads": 2, "dim": 32, "hidden_dim": 64, "max_position_embeddings": 64}
TEXT = "Ring me on 07700 900123, the old harbour is near. " * 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("untrained")
    untrained.make(place, window=64, shape=SHAPE)
    return place


def test_the_bundle_serves_with_evidence_and_narrow_sums(folder: Path) -> None:
    bundle = load_bundle(folder / untrained.BUNDLE)
    assert bundle.manifest.narrowSums
    scorer = OnnxScorer(bundle, threads=1)
    windows = scorer.windows(TEXT)
    assert max(len(window.ids) for window in windows) == 64
    assert all(0 < score.probability < 1 for score in scorer.score(windows))


def test_the_exported_graph_says_what_the_network_says_at_any_size(folder: Path) -> None:
    network = DistilBertForSequenceClassification.from_pretrained(folder / untrained.PYTORCH)
    session = ort.InferenceSession(str(folder / untrained.ONNX), providers=["CPUExecutionProvider"])
    for batch, tokens in ((1, 40), (3, 64)):
        ids = np.random.default_rng(tokens).integers(0, 30000, (batch, tokens))
        mask = np.ones_like(ids)
        mask[:, -5:] = 0
        (said,) = session.run(None, {"input_ids": ids, "attention_mask": mask})
        with torch.no_grad():
            expected = network(input_ids=torch.tensor(ids), attention_mask=torch.tensor(mask)).logits
        assert np.abs(said - expected.numpy()).max() < 1e-4


def test_the_pipeline_cuts_a_text_where_the_window_ends(folder: Path) -> None:
    classify = pipeline("text-classification", model=str(folder / untrained.PYTORCH), device="cpu")
    (answer,) = classify([TEXT], truncation=True)
    assert answer["label"] in {"LABEL_0", "LABEL_1"}
    assert len(classify.tokenizer(TEXT, truncation=True)["input_ids"]) == 64


def test_the_bench_finds_what_is_made_here(folder: Path) -> None:
    assert (made.BUNDLE, made.PYTORCH, made.ONNX) == (untrained.BUNDLE, untrained.PYTORCH, untrained.ONNX)
    texts = {32: [TEXT, TEXT]}
    for candidate in (Candidate.PYTORCH, Candidate.PIPELINE, Candidate.FP32, Candidate.ONNXRUNTIME):
        run = opened(Model.BASE, candidate, folder, 1, texts)(Size(32, 2))
        assert run() is not None, candidate
