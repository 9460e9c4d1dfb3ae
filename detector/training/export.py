"""From a trained network to a bundle: the int8 graph, its tokenizer, a manifest that vouches for them, a model card."""

import logging
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort

from detector.evaluation.judging import bundle_judge
from detector.model.bundle import load_bundle
from detector.model.manifest import (
    MANIFEST_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    Calibration,
    Manifest,
    Thresholds,
    Training,
)
from detector.training.calibrate import Point, calibration_error, choose, curve, fit, margins, sigmoid
from detector.training.card import model_card
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.examples import LABELS, Example
from detector.training.graph import FUSED, build_graph, count_fused
from detector.training.network import OWN_PADDING, LeakNetwork, pad
from detector.training.quantize import Feed, observe, static_int8
from detector.training.recipe import Recipe
from detector.training.train import Trained
from detector.training.windows import Window

CODE, VERSION = "DistilBertContactLeak", "1.0"
FALSE_ALARMS = 0.015
"""The largest share of real, supposedly clean texts that the chosen thresholds may call leaks. About 0.5 % of them do
leak, so this is near 1 % of true false alarms; a smaller share leaves plainly written numbers unfound."""

MAX_FLIPS = 0.002
KEEP_EXACT = ("layer.0.lin2", "layer.1.lin2")
"""Products whose inputs range so widely that int8 costs more labels than it saves time."""

_CALIBRATION_TEXTS = 768
_CLEAN_PER_KIND = 2500

log = logging.getLogger(__name__)


def export(trained: Trained, data: Data, recipe: Recipe, folder: Path, today: date) -> Manifest:
    """Writes the bundle into `folder` and gives its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    cutter, network = trained.cutter, trained.network
    exact = build_graph(network.eval())
    _check_fused(exact, network)
    composed = Composer(data.seeds, data.corpora, recipe).compose(_CALIBRATION_TEXTS, recipe.seed - 1)
    int8 = static_int8(exact, observe(exact, feeds(cutter.cut(composed))), KEEP_EXACT)
    onnx.save(int8, folder / MODEL_FILE)
    cutter.tokenizer.save(str(folder / TOKENIZER_FILE))
    held = cutter.cut([*data.dev_seeds, *data.dev_clean[:_CLEAN_PER_KIND]])
    metrics: dict[str, Any] = {"parity": parity(exact, int8, held)}
    if metrics["parity"]["flips"] > MAX_FLIPS:
        log.warning("int8 flips %.2f %% of the held-out windows", 100 * metrics["parity"]["flips"])
    draft = _manifest(recipe, trained, data, folder, today)
    _write(draft, folder)
    final = _calibrated(draft, data, folder, metrics)
    _write(final, folder)
    (folder / "MODEL_CARD.md").write_text(model_card(final), encoding="utf-8")
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
    sessions = [ort.InferenceSession(m.SerializeToString(), providers=["CPUExecutionProvider"]) for m in (exact, int8)]
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
        hints=trained.hints,
        thresholds=Thresholds(LISTING_UPDATE=0.5, BOOKING=0.5),
        training=Training(description=data.describe(), dataSha256=data.sha256, recipe=recipe.as_dict()),
    )


def _write(manifest: Manifest, folder: Path) -> None:
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def _calibrated(draft: Manifest, data: Data, folder: Path, metrics: dict[str, Any]) -> Manifest:
    """The manifest with temperature, bias and thresholds fitted on the deployed model's own answers."""
    judge = bundle_judge(load_bundle(folder))

    def raw(examples: Sequence[Example]) -> np.ndarray[Any, np.dtype[np.float64]]:
        return margins([judge(example.text)[0] for example in examples])

    clean = [
        row
        for kind in ("listing", "message")
        for row in [r for r in data.dev_clean if r.kind == kind][:_CLEAN_PER_KIND]
    ]
    seed_margins, clean_margins = raw(data.dev_seeds), raw(clean)
    labels = [seed.leak for seed in data.dev_seeds]
    temperature, bias = fit(seed_margins, labels)
    seeds, others = sigmoid(seed_margins / temperature + bias), sigmoid(clean_margins / temperature + bias)
    curves = {}
    for wire, kind in (("LISTING_UPDATE", "listing"), ("BOOKING", "message")):
        mine = np.array([seed.kind == kind for seed in data.dev_seeds], bool)
        curves[wire] = curve(
            seeds[mine], [s.leak for s in data.dev_seeds if s.kind == kind], others[[r.kind == kind for r in clean]]
        )
    metrics["threshold_curve"] = {kind: [_numbers(point) for point in points] for kind, points in curves.items()}
    metrics["calibration_error"] = {
        "before": round(calibration_error(sigmoid(seed_margins), labels), 4),
        "after": round(calibration_error(seeds, labels), 4),
    }
    changed = {"calibration": Calibration(temperature=temperature, bias=bias), "metrics": metrics}
    return at_operating_point(draft.model_copy(update=changed), FALSE_ALARMS)


def at_operating_point(manifest: Manifest, alarms: float) -> Manifest:
    """The manifest with the thresholds of its own curve that give the best F1 with at most so many false alarms."""
    curves = manifest.metrics["threshold_curve"]
    chosen = {kind: choose([Point(**numbers) for numbers in curve], alarms) for kind, curve in curves.items()}
    changed = {
        "thresholds": Thresholds(**{kind: point.threshold for kind, point in chosen.items()}),
        "metrics": {**manifest.metrics, "held_out": {kind: _numbers(point) for kind, point in chosen.items()}},
    }
    return manifest.model_copy(update=changed)


def _numbers(point: Point) -> dict[str, float]:
    return {name: round(getattr(point, name), 4) for name in ("threshold", "precision", "recall", "false_alarms")}
