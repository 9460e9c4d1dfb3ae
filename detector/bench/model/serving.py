"""The process of one candidate: it loads a model and times it at whatever size is asked for."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.bench.model.answering import SOME_IDS, answer_questions, peak_bytes, timed
from detector.bench.model.candidates import OPTIONS, OURS, Candidate, Model
from detector.bench.model.made import ONNX, PYTORCH, bundle_in
from detector.bench.model.plan import Size
from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.scoring import Window
from detector.text import prepare

Texts = Mapping[int, Sequence[str]]
"""By their tokens."""
Run = Callable[[], object]
Prepared = Callable[[Size], Run]
"""What is timed at a size, its input made before."""


def opened(model: Model, candidate: Candidate, folder: Path, threads: int, texts: Texts) -> Prepared:
    """The candidate, loaded. `folder` holds what was made of DistilBERT-base's shape, or is the shipped bundle."""
    if candidate in OURS:
        # The whole model, as it is the model that is compared here: what a first stage saves depends on the texts.
        bundle, options = load_bundle(bundle_in(folder, model)), OPTIONS.get(candidate)
        scorer = OnnxScorer(bundle, threads, OURS[candidate], options, first_stage=False)
        return _windows(scorer) if model is Model.BASE else _whole_texts(scorer, texts)
    if candidate is Candidate.FP32:
        return _fp32(folder / ONNX, threads)
    if candidate is Candidate.PYTORCH:
        return _pytorch(folder / PYTORCH, threads)
    return _pipeline(folder / PYTORCH, threads, texts)


def _ids(size: Size) -> NDArray[np.int64]:
    return np.random.default_rng(size.tokens).integers(0, SOME_IDS, (size.batch, size.tokens))


def _windows(scorer: OnnxScorer) -> Prepared:
    """From token ids to scores and evidence."""

    def prepared(size: Size) -> Run:
        offsets = [(at, at + 1) for at in range(size.tokens - 2)]
        windows = [Window(row.tolist(), offsets, size.tokens, ()) for row in _ids(size)]
        return lambda: scorer.score(windows)

    return prepared


def _whole_texts(scorer: OnnxScorer, texts: Texts) -> Prepared:
    """From texts, which are prepared, encoded and cut, to the scores of all their windows."""

    def prepared(size: Size) -> Run:
        asked = texts[size.tokens][: size.batch]
        return lambda: scorer.score([window for text in asked for window in scorer.windows(prepare(text).text)])

    return prepared


def _fp32(file: Path, threads: int) -> Prepared:
    """All options are the defaults but the number of threads, which everyone's is the same."""
    import onnxruntime  # noqa: PLC0415 - each candidate's process loads its own library alone

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(file), options)

    def prepared(size: Size) -> Run:
        ids = _ids(size)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        return lambda: session.run(None, feed)

    return prepared


def _pytorch(folder: Path, threads: int) -> Prepared:
    """As the model's page shows it."""
    import torch  # noqa: PLC0415
    from transformers import DistilBertForSequenceClassification  # noqa: PLC0415

    torch.set_num_threads(threads)
    model = DistilBertForSequenceClassification.from_pretrained(folder)

    def prepared(size: Size) -> Run:
        ids = torch.tensor(_ids(size))
        mask = torch.ones_like(ids)

        def run() -> object:
            with torch.no_grad():
                return model(input_ids=ids, attention_mask=mask).logits

        return run

    return prepared


def _pipeline(folder: Path, threads: int, texts: Texts) -> Prepared:
    """From texts; its tokenisation is timed with it."""
    import torch  # noqa: PLC0415
    from transformers import pipeline  # noqa: PLC0415

    torch.set_num_threads(threads)
    classify = pipeline("text-classification", model=str(folder), device="cpu")

    def prepared(size: Size) -> Run:
        asked = list(texts[size.tokens][: size.batch])
        return lambda: classify(asked, truncation=True, batch_size=size.batch)

    return prepared


def serve(model: Model, candidate: Candidate, folder: Path, threads: int, texts: Path) -> None:
    """Answers questions of a size and of how many seconds, with the times and the peak of memory so far."""

    def open_() -> Callable[[dict[str, Any]], dict[str, Any]]:
        by_tokens = {int(tokens): rows for tokens, rows in json.loads(texts.read_text()).items()}
        prepared = opened(model, candidate, folder, threads, by_tokens)

        def answer(question: dict[str, Any]) -> dict[str, Any]:
            run = prepared(Size(question["tokens"], question["batch"]))
            if question["beforehand"]:
                run()
            return {**timed(run, question["seconds"]), "peak_bytes": peak_bytes()}

        return answer

    answer_questions(open_)


if __name__ == "__main__":
    _, model, candidate, folder, threads, texts = sys.argv
    serve(Model(model), Candidate(candidate), Path(folder), int(threads), Path(texts))
