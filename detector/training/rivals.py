"""The shipped model's own kin as scorers: what it was before int8, before ONNX Runtime, and who taught it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import onnx
import torch

from detector.errors import Misconfigured
from detector.model.backends import BackendName
from detector.model.bundle import Bundle
from detector.model.manifest import MODEL_FILE, TOKENIZER_FILE, Calibration, Thresholds
from detector.model.onnx_scorer import OnnxScorer
from detector.training.encoders.bge import CONFIG as BGE
from detector.training.exact import empty_network, exact_graph, network_of
from detector.training.graph import build_graph
from detector.training.network import LeakNetwork
from detector.training.torch_backend import TorchBackend, bytes_of

TEACHER, STUDENT = ("teacher.pt",), ("mining.pt", "student.pt")
"""Checkpoints that `detector train` keeps in its folder, the latest stage first."""

_HEADS = 12
"""Of every encoder that the recipes name; a checkpoint does not tell."""


class Rival(NamedTuple):
    """A scorer, what its weights take in bytes, and whether it was taught: random weights have only a speed."""

    title: str
    size: int
    scorer: OnnxScorer
    taught: bool = True


@contextmanager
def rivals(bundle: Bundle, threads: int, teacher: Path | None, student: Path | None) -> Iterator[list[Rival]]:
    """Teacher and student in PyTorch, the student under ONNX Runtime in fp32; `teacher` and `student` are folders of runs.

    Without a student's folder it is the shipped graph with its int8 weights written as floats; without a teacher's, one
    of the recipe's shape with random weights. Raises `Misconfigured` for a folder without the checkpoint.
    """
    graph = exact_graph(onnx.load(bundle.model_file))
    taught = network_of(graph) if student is None else kept_network(student, STUDENT)
    teaching = untaught_teacher(bundle) if teacher is None else kept_network(teacher, TEACHER)
    with TemporaryDirectory(prefix="detector-exact-") as folder:
        exact = Bundle(Path(folder), bundle.manifest)
        onnx.save(graph if student is None else build_graph(taught), exact.path / MODEL_FILE)
        shutil.copy(bundle.tokenizer_file, exact.path / TOKENIZER_FILE)
        yield [
            Rival(
                "teacher, PyTorch",
                bytes_of(teaching),
                OnnxScorer(_uncalibrated(bundle), threads, TorchBackend(teaching, threads)),
                teacher is not None,
            ),
            Rival("student, PyTorch", bytes_of(taught), OnnxScorer(bundle, threads, TorchBackend(taught, threads))),
            Rival(
                "student, ONNX fp32",
                exact.model_file.stat().st_size,
                OnnxScorer(exact, threads, BackendName.ONNXRUNTIME, first_stage=False),
            ),
        ]


def kept_network(folder: Path, names: tuple[str, ...]) -> LeakNetwork:
    """The network of the first of these checkpoints that the folder holds; raises `Misconfigured` for none."""
    path = next((folder / name for name in names if (folder / name).is_file()), None)
    if path is None:
        raise Misconfigured(
            f"{folder} holds no {' or '.join(names)}: name a folder that `detector train` left in runs/."
        )
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)["network"]
    words = state["encoder.embeddings.word_embeddings.weight"]
    network = empty_network(
        vocabulary=len(words),
        positions=len(state["encoder.embeddings.position_embeddings.weight"]),
        width=words.shape[1],
        hidden=len(state["encoder.transformer.layer.0.ffn.lin1.bias"]),
        layers=sum(name.endswith("ffn.lin1.bias") for name in state),
        heads=_HEADS,
    )
    network.load_state_dict(state)
    return network


def untaught_teacher(bundle: Bundle) -> LeakNetwork:
    """A network of the shape of the recipe's teacher, which is as fast and knows nothing."""
    said = bundle.manifest.training.recipe.get("teacher") or {}
    return empty_network(
        vocabulary=BGE.vocab_size,
        positions=BGE.max_position_embeddings,
        width=BGE.hidden_size,
        hidden=BGE.intermediate_size,
        layers=said.get("layers") or BGE.num_hidden_layers,
        heads=BGE.num_attention_heads,
    )


def _uncalibrated(bundle: Bundle) -> Bundle:
    """Even odds: calibration and thresholds in the manifest are the student's."""
    even = {"calibration": Calibration(), "thresholds": Thresholds(LISTING_UPDATE=0.5, BOOKING=0.5)}
    return replace(bundle, manifest=bundle.manifest.model_copy(update=even))
