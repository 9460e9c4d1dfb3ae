"""What a first stage costs and saves: leaks that only the whole model finds, real texts that it need not read."""

from collections import Counter
from collections.abc import Sequence

from detector.model.bundle import Bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.scoring import WindowScore
from detector.text import prepare
from detector.training.examples import Example
from detector.training.operating import WIRE

_TOGETHER = 64
"""Texts whose windows are scored in one call."""


def measured(bundle: Bundle, leaks: Sequence[Example], clean: Sequence[Example]) -> dict[str, float]:
    """Judges texts as they are served, with the stage and without.

    `found` leaks are those that the whole model calls, `lost` those of them that it does not call with the stage before
    it. `listings_cleared` and `messages_cleared` are shares of the windows of real clean texts, by all looks and, as
    `listings_cleared_after_1` ..., by each, named by the layers it stands behind: 0 is the one before the first.
    """
    staged, whole = OnnxScorer(bundle), OnnxScorer(bundle, first_stage=False)
    leaking = [text for text in leaks if text.leak]
    found = [text for text, called in zip(leaking, called_by(whole, leaking, bundle), strict=True) if called]
    kept = called_by(staged, found, bundle)
    figures: dict[str, float] = {"found": len(found), "lost": len(found) - sum(kept)}
    for kind in WIRE:
        figures |= cleared_of(staged, [text for text in clean if text.kind == kind], f"{kind}s")
    return figures


def cleared_of(scorer: OnnxScorer, texts: Sequence[Example], name: str) -> dict[str, float]:
    """The shares of the texts' windows that are cleared, under a name for the texts."""
    layers = [score.cleared_after for of_text in _scores(scorer, texts) for score in of_text]
    early = sorted(number for number in layers if number is not None)
    after = {
        f"{name}_cleared_after_{number}": round(count / len(layers), 4) for number, count in Counter(early).items()
    }
    return {f"{name}_cleared": round(len(early) / max(1, len(layers)), 4), **after}


def called_by(scorer: OnnxScorer, texts: Sequence[Example], bundle: Bundle) -> list[bool]:
    """Whether each text is called a leak, at the bundle's threshold for its kind."""
    thresholds = bundle.manifest.thresholds
    return [
        max((score.probability for score in scores), default=0.0) >= getattr(thresholds, WIRE[text.kind])
        for text, scores in zip(texts, _scores(scorer, texts), strict=True)
    ]


def _scores(scorer: OnnxScorer, texts: Sequence[Example]) -> list[list[WindowScore]]:
    answers = []
    for start in range(0, len(texts), _TOGETHER):
        windows = [scorer.windows(prepare(text.text).text) for text in texts[start : start + _TOGETHER]]
        scored = iter(scorer.score([window for of_text in windows for window in of_text]))
        answers += [[next(scored) for _ in of_text] for of_text in windows]
    return answers
