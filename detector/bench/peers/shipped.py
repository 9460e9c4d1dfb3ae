"""The shipped model as a peer hosts it: the product's scorer without its engine, micro-batches and cache."""

from collections.abc import Sequence
from pathlib import Path

from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.settings import load_settings
from detector.text import prepare


def bundle() -> Path:
    """The bundle that the bench names to every peer."""
    folder = load_settings().bundle
    assert folder is not None, "the bench sets DETECTOR_BUNDLE"
    return folder


class ShippedModel:
    """Judges texts as the product does, long ones in windows, with the settings' threads and backend."""

    def __init__(self) -> None:
        settings = load_settings()
        self._scorer = OnnxScorer(
            load_bundle(bundle()), settings.threads, settings.backend, first_stage=settings.first_stage
        )

    def scores(self, texts: Sequence[str]) -> Sequence[float]:
        """The probability that each text leaks, that of its strongest window."""
        windows = [self._scorer.windows(prepare(text).text) for text in texts]
        scored = iter(self._scorer.score([window for of_text in windows for window in of_text]))
        return [max((next(scored).probability for _ in of_text), default=0.0) for of_text in windows]
