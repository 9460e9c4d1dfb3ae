"""How a finished bundle is operated: calibration and thresholds from its own answers on held-out texts, then its exam."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.judging import Judge
from detector.model.manifest import Calibration, Manifest, Thresholds
from detector.training.calibrate import Point, calibration_error, choose, curve, fit, margins, sigmoid
from detector.training.data import Data
from detector.training.examples import Example

FALSE_ALARMS = 0.001
"""The largest share of real clean texts that the chosen thresholds may call leaks."""

CLEAN_PER_KIND = 3_500
WIRE = {"listing": "LISTING_UPDATE", "message": "BOOKING"}
"""What a kind of text is called in events and thresholds."""

_REVIEWED = Path(__file__).with_name("reviewed.txt")

Floats = NDArray[np.float64]


def operated(draft: Manifest, data: Data, judge: Judge, metrics: Mapping[str, Any]) -> Manifest:
    """The manifest with temperature, bias, thresholds and figures of the deployed model.

    `judge` is the bundle as `draft` describes it, uncalibrated. Nothing is chosen by the exam or by unseen texts.
    """

    def raw(examples: Sequence[Example]) -> Floats:
        return margins([judge(example.text)[0] for example in examples])

    clean = real_clean(data)
    seed_margins, clean_margins = raw(data.dev_seeds), raw(clean)
    labels = [seed.leak for seed in data.dev_seeds]
    temperature, bias = fit(seed_margins, labels)
    calibrated = Calibration(temperature=temperature, bias=bias)
    seeds, others = _probabilities(seed_margins, calibrated), _probabilities(clean_margins, calibrated)
    curves = {
        wire: curve(*_of_kind(kind, data.dev_seeds, seeds), others[[row.kind == kind for row in clean]])
        for kind, wire in WIRE.items()
    }
    figures = {
        **metrics,
        "threshold_curve": {kind: [_numbers(point) for point in points] for kind, points in curves.items()},
        "calibration_error": {
            "before": round(calibration_error(sigmoid(seed_margins), labels), 4),
            "after": round(calibration_error(seeds, labels), 4),
        },
    }
    chosen = at_operating_point(draft.model_copy(update={"calibration": calibrated, "metrics": figures}), FALSE_ALARMS)
    measured = {"everyday": alarmed(data.dev_seeds, seeds, chosen.thresholds)} | {
        name: examined(texts, _probabilities(raw(texts), calibrated), chosen.thresholds)
        for name, texts in (("exam", data.exam), ("unseen", data.unseen), ("feedback", data.dev_feedback))
        if texts
    }
    return chosen.model_copy(update={"metrics": {**chosen.metrics, **measured}})


def real_clean(data: Data) -> list[Example]:
    """The real texts that count as false alarms when called: held out, and not found to leak when a person read them.

    `reviewed.txt` names those that do leak by file and line; they were read because a model called them.
    """
    leaking = {line.split(" ")[0] for line in _REVIEWED.read_text(encoding="utf-8").splitlines()}
    return [
        row
        for kind in WIRE
        for row in [r for r in data.dev_clean if r.kind == kind and r.source not in leaking][:CLEAN_PER_KIND]
    ]


def at_operating_point(manifest: Manifest, alarms: float) -> Manifest:
    """The manifest with the thresholds of its own curve that give the best F1 with at most so many false alarms."""
    curves = manifest.metrics["threshold_curve"]
    chosen = {kind: choose([Point(**numbers) for numbers in curve], alarms) for kind, curve in curves.items()}
    changed = {
        "thresholds": Thresholds(**{kind: point.threshold for kind, point in chosen.items()}),
        "metrics": {**manifest.metrics, "held_out": {kind: _numbers(point) for kind, point in chosen.items()}},
    }
    return manifest.model_copy(update=changed)


def examined(texts: Sequence[Example], probabilities: Floats, thresholds: Thresholds) -> dict[str, float]:
    """Precision, recall and F1 at the thresholds; 0 where a ratio has no denominator."""
    bar = np.array([getattr(thresholds, WIRE[text.kind]) for text in texts])
    truth = np.array([text.leak for text in texts], bool)
    called = probabilities >= bar
    hits, leaks, calls = int((called & truth).sum()), int(truth.sum()), int(called.sum())
    return {
        "texts": len(texts),
        "leaks": leaks,
        "precision": round(hits / max(calls, 1), 4),
        "recall": round(hits / max(leaks, 1), 4),
        "f1": round(2 * hits / max(calls + leaks, 1), 4),
    }


def alarmed(texts: Sequence[Example], probabilities: Floats, thresholds: Thresholds) -> dict[str, float]:
    """How many of the clean texts without look-alikes there are, in how many languages, and how many of them are called.

    They are what most of a stream is like.
    """
    bar = np.array([getattr(thresholds, WIRE[text.kind]) for text in texts])
    everyday = np.array([not text.leak and not text.hard for text in texts], bool)
    return {
        "texts": int(everyday.sum()),
        "languages": len({text.lang for text, one in zip(texts, everyday, strict=True) if one}),
        "called": int((everyday & (probabilities >= bar)).sum()),
    }


def _of_kind(kind: str, seeds: Sequence[Example], probabilities: Floats) -> tuple[Floats, list[bool]]:
    mine = [seed.kind == kind for seed in seeds]
    return probabilities[mine], [seed.leak for seed in seeds if seed.kind == kind]


def _probabilities(values: Floats, calibration: Calibration) -> Floats:
    return sigmoid(values / calibration.temperature + calibration.bias)


def _numbers(point: Point) -> dict[str, float]:
    return {name: round(getattr(point, name), 4) for name in ("threshold", "precision", "recall", "false_alarms")}
