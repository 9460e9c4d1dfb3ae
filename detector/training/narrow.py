"""Rounds the weights of a finished bundle anew, without training: `python -m detector.training.narrow BUNDLE FOLDER`.

For a bundle exported before `quantize.NARROW`. It becomes faster on processors without VNNI, and its scores shift by
about as much as int8 had shifted them from fp32: how much is measured on the seed texts and written into the manifest,
and the exam is taken anew. Calibration and thresholds stay; a first stage is of the old weights
and is left out (`python -m detector.training.first` gives a new one).
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from typing import Annotated

import numpy as np
import onnx
import typer

from detector.evaluation.card import CARD, model_card
from detector.evaluation.exam import EXAM, EXAM_FILES, UNSEEN, Unseen
from detector.evaluation.judging import bundle_judge
from detector.model.bundle import Bundle, load_bundle
from detector.model.manifest import MANIFEST_FILE, MODEL_FILE, TOKENIZER_FILE, Manifest
from detector.model.onnx_scorer import OnnxScorer
from detector.text import prepare
from detector.training.examples import Example
from detector.training.operating import examined
from detector.training.quantize import is_narrow, narrowed
from detector.training.seeds import read_seeds

_EVERY = 8
"""One seed text in so many is scored by both bundles."""


def narrow(bundle: Bundle, folder: Path, today: date, seeds: Sequence[Example]) -> Manifest:
    """Writes the bundle with narrow weights into `folder` and gives its manifest, measured anew on the seeds."""
    folder.mkdir(parents=True, exist_ok=True)
    model = narrowed(onnx.load(bundle.model_file))
    onnx.save(model, folder / MODEL_FILE)
    copyfile(bundle.tokenizer_file, folder / TOKENIZER_FILE)
    changed = {
        "refreshVersion": f"v{today:%Y%m%d}",
        "files": {name: sha256((folder / name).read_bytes()).hexdigest() for name in (MODEL_FILE, TOKENIZER_FILE)},
        "narrowSums": is_narrow(model),
        "firstStage": None,
    }
    manifest = Manifest.model_validate({**bundle.manifest.model_dump(), **changed})
    _write(manifest, folder)
    made = load_bundle(folder)
    metrics = {
        **manifest.metrics,
        **_examined(made, seeds),
        "narrowed": _shift(bundle, made, [seed.text for seed in seeds[::_EVERY]]),
    }
    manifest = manifest.model_copy(update={"metrics": metrics})
    _write(manifest, folder)
    return manifest


def _examined(bundle: Bundle, seeds: Sequence[Example]) -> dict[str, dict[str, float]]:
    """The exam and the texts of families and languages that training left out, as `detector evaluate` takes them."""
    judge, unseen = bundle_judge(bundle), Unseen.of(bundle.manifest)
    exam = [seed for seed in seeds if seed.source.startswith(EXAM_FILES)]
    voices = {seed.voice for seed in exam}
    groups = {EXAM: exam, UNSEEN: [seed for seed in seeds if seed.voice not in voices and unseen.holds(seed)]}
    return {
        name: examined(texts, np.array([judge(text.text)[0] for text in texts]), bundle.manifest.thresholds)
        for name, texts in groups.items()
        if texts
    }


def _shift(before: Bundle, after: Bundle, texts: Sequence[str]) -> dict[str, float]:
    """How far two bundles' judgements of the texts' windows are apart; a flip is one across the listings' threshold."""
    scorers = [OnnxScorer(each) for each in (before, after)]
    windows = [window for text in texts for window in scorers[0].windows(prepare(text).text)]
    left, right = (np.array([each.score([window])[0].probability for window in windows]) for each in scorers)
    threshold = before.manifest.thresholds.LISTING_UPDATE
    return {
        "windows": float(len(windows)),
        "flips": round(float(((left >= threshold) != (right >= threshold)).mean()), 5),
        "probability_gap_mean": round(float(np.abs(left - right).mean()), 5),
        "probability_gap_p99": round(float(np.quantile(np.abs(left - right), 0.99)), 5),
    }


def _write(manifest: Manifest, folder: Path) -> None:
    (folder / MANIFEST_FILE).write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")


def main(
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder.")],
    folder: Annotated[Path, typer.Argument(help="Where to write the new bundle, model card included.")],
) -> None:
    """Round a bundle's int8 weights anew, so that every processor adds its products exactly at its full speed."""
    manifest = narrow(load_bundle(bundle), folder, datetime.now(UTC).date(), read_seeds())
    (folder / CARD).write_text(model_card(manifest), encoding="utf-8")
    typer.echo({name: manifest.metrics.get(name) for name in (EXAM, UNSEEN, "narrowed")})


if __name__ == "__main__":
    typer.run(main)
