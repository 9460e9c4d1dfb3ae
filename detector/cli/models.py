"""Which scorer a command uses."""

from pathlib import Path

from detector.events import EventKind
from detector.model.bundle import find_bundle, load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.settings import Settings


def load_scorer(settings: Settings) -> OnnxScorer:
    """The scorer of the bundle that the settings name, or of the one bundle in `models/`, at the settings' thresholds."""
    chosen = {
        EventKind.LISTING_UPDATE: settings.listing_threshold,
        EventKind.BOOKING: settings.booking_threshold,
    }
    named = {kind: threshold for kind, threshold in chosen.items() if threshold is not None}
    bundle = load_bundle(settings.bundle or default_bundle()).at(named)
    return OnnxScorer(bundle, settings.threads, settings.backend, settings.provider, first_stage=settings.first_stage)


def default_bundle() -> Path:
    """The one bundle in `models/` here, or beside the package in a checkout."""
    return find_bundle([Path("models"), Path(__file__).resolve().parents[2] / "models"])
