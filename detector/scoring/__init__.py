"""Scoring: what a model is to the rest of the product, and how a failing batch is taken apart."""

from detector.scoring.cache import ScoreCache, moved
from detector.scoring.isolate import ModelFailure, Scored, score_each
from detector.scoring.keyword import KeywordScorer
from detector.scoring.model import MODEL, RECOGNISER, Finder, ModelCard, Scorer, Span, Window, WindowScore
from detector.scoring.sharing import Sharing

__all__ = [
    "MODEL",
    "RECOGNISER",
    "Finder",
    "KeywordScorer",
    "ModelCard",
    "ModelFailure",
    "ScoreCache",
    "Scored",
    "Scorer",
    "Sharing",
    "Span",
    "Window",
    "WindowScore",
    "moved",
    "score_each",
]
