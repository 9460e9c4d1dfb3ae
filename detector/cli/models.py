"""Which scorer a command uses."""

from pathlib import Path

from detector.model.bundle import find_bundle, load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.settings import Settings


def load_scorer(settings: Settings) -> OnnxScorer:
    """The scorer of the bundle that the settings name, or of the one bundle in `models/`."""
    return OnnxScorer(load_bundle(settings.bundle or default_bundle()), settings.threads)


def default_bundle() -> Path:
    """The one bundle in `models/` here, or beside the package in a checkout."""
    return find_bundle([Path("models"), Path(__file__).resolve().parents[2] / "models"])
