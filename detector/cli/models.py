"""Which scorer a command uses."""

from dataclasses import replace
from pathlib import Path

from detector.events import EventKind
from detector.model.bundle import find_bundle, load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.settings import Settings


def load_scorer(settings: Settings) -> OnnxScorer:
    """The scorer of the bundle that the settings name, or of the one bundle in `models/`, at the settings' thresholds."""
    bundle = load_bundle(settings.bundle or default_bundle())
    scorer = OnnxScorer(bundle, settings.threads, settings.backend, settings.provider, first_stage=settings.first_stage)
    chosen = {
        EventKind.LISTING_UPDATE: settings.listing_threshold,
        EventKind.BOOKING: settings.booking_threshold,
    }
    named = {kind: threshold for kind, threshold in chosen.items() if threshold is not None}
    scorer.card = replace(scorer.card, thresholds={**scorer.card.thresholds, **named})
    return scorer


def default_bundle() -> Path:
    """The one bundle in `models/` here, or beside the package in a checkout."""
    return find_bundle([Path("models"), Path(__file__).resolve().parents[2] / "models"])
