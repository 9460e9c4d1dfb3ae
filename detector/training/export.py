"""From a trained network to a bundle: the int8 graph, its tokenizer, a manifest that vouches for them, a model card."""

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from detector.evaluation.card import CARD, model_card
from detector.evaluation.judging import bundle_judge
from detector.model.bundle import load_bundle
from detector.model.manifest import (
    MANIFEST_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    Manifest,
    Thresholds,
    Training,
)
from detector.training.calibrate import sigmoid
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.examples import LABELS
from detector.training.first.stage import add_first_stage
from detector.training.graph import FUSED, build_graph, count_fused
from detector.training.network import OWN_PADDING, LeakNetwork, pad
from detector.training.operating import CLEAN_PER_KIND, operated
from detector.training.quantize import Feed, is_narrow, observe, peaks, static_int8, tamed
from detector.training.recipe import Recipe
from detector.training.train import Trained
from detector.training.windows import Window

CODE, VERSION = "DistilBertContactLeak", "3.5"
MAX_FLIPS = 0.002

_CALIBRATION_TEXTS = 768

log = logging.getLogger(__name__)


def export(
    trained: Trained,
    data: Data,
    recipe: Recipe,
    folder: Path,
    today: date,
    measured: Mapping[str, Any] | None = None,
) -> Manifest:
    """Writes the bundle into `folder` and gives its manifest, whose metrics hold also what was `measured` before."""
    folder.mkdir(parents=True, exist_ok=True)
    cutter, network = trained.cutter, trained.network
    exact = build_graph(network.eval())
    _check_fused(exact, network)
    composed = Composer(data.seeds, data.corpora, recipe).compose(_CALIBRATION_TEXTS, recipe.seed - 1)
    seen = feeds(cutter.cut(composed))
    tame = tamed(exact, peaks(exact, seen))
    int8 = static_int8(tame, observe(tame, seen))
    onnx.save(int8, folder / MODEL_FILE)
    cutter.tokenizer.save(str(folder / TOKENIZER_FILE))
    held = cutter.cut([*data.dev_seeds, *data.dev_clean[:CLEAN_PER_KIND]])
    metrics: dict[str, Any] = {**(measured or {}), "parity": parity(exact, int8, held)}
    if metrics["parity"]["flips"] > MAX_FLIPS:
        log.warning("int8 flips %.2f %% of the held-out windows", 100 * metrics["parity"]["flips"])
    draft = _manifest(recipe, trained, data, folder, today)
    _write(draft, folder)
    final = operated(draft, data, bundle_judge(load_bundle(folder)), metrics)
    _write(final, folder)
    if recipe.first is not None:
        final = add_first_stage(folder, cutter, data, recipe)
        _write(final, folder)
    (folder / CARD).write_text(model_card(final), encoding="utf-8")
    return final


def feeds(windows: Sequence[Window], size: int = 16) -> list[Feed]:
    """The windows as model inputs, each batch of one padded length, as they are served."""

    def padded(window: Window) -> int:
        return -(-len(window.ids) // OWN_PADDING)

    groups = [list(group) for _, group in groupby(sorted(windows, key=padded), key=padded)]
    batches = [group[start : start + size] for group in groups for start in range(0, len(group), size)]
    return [{"input_ids": pad(batch, OWN_PADDING)["input_ids"].numpy()} for batch in batches]


def parity(exact: onnx.ModelProto, int8: onnx.ModelProto, windows: Sequence[Window]) -> dict[str, float]:
    """How far the int8 model's judgements are from the exact ones: label flips and margin differences."""
    options = ort.SessionOptions()
    # As served: an int8 model that is not narrow needs it where the processor has no VNNI.
    options.add_session_config_entry("session.x64quantprecision", "1")
    sessions = [
        ort.InferenceSession(m.SerializeToString(), options, providers=["CPUExecutionProvider"]) for m in (exact, int8)
    ]
    pairs = []
    for feed in feeds(windows):
        logits = [session.run(["logits"], feed)[0] for session in sessions]
        pairs.append(np.stack([each[:, 1] - each[:, 0] for each in logits]))
    left, right = np.concatenate(pairs, axis=1)
    gap = np.abs(sigmoid(left) - sigmoid(right))
    return {
        "windows": float(len(left)),
        "flips": round(float(((left > 0) != (right > 0)).mean()), 5),
        "probability_gap_mean": round(float(gap.mean()), 5),
        "probability_gap_p99": round(float(np.quantile(gap, 0.99)), 5),
    }


def _check_fused(model: onnx.ModelProto, network: LeakNetwork) -> None:
    expected = {kind: count * network.encoder.config.n_layers for kind, count in FUSED.items()}
    if count_fused(model) != expected:
        raise RuntimeError(f"the graph has {count_fused(model)} fused nodes instead of {expected}")


def _manifest(recipe: Recipe, trained: Trained, data: Data, folder: Path, today: date) -> Manifest:
    return Manifest(
        modelCode=CODE,
        modelVersion=VERSION,
        refreshVersion=f"v{today:%Y%m%d}",
        files={name: sha256((folder / name).read_bytes()).hexdigest() for name in (MODEL_FILE, TOKENIZER_FILE)},
        labels=LABELS,
        window=recipe.window,
        overlap=recipe.overlap,
        paddingMultiple=OWN_PADDING,
        narrowSums=is_narrow(onnx.load(folder / MODEL_FILE)),
        hints=trained.hints,
        thresholds=Thresholds(LISTING_UPDATE=0.5, BOOKING=0.5),
        training=Training(description=data.describe(), dataSha256=data.sha256, recipe=recipe.as_dict()),
    )


def _write(manifest: Manifest, folder: Path) -> None:
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
