"""Scoring: what a model is to the rest of the product, and how a failing batch is taken apart."""

from detector.scoring.cache import ScoreCache
from detector.scoring.isolate import ModelFailure, Scored, score_each
from detector.scoring.keyword import KeywordScorer
from detector.scoring.model import MODEL, RECOGNISER, Finder, ModelCard, Scorer, Span, Window, WindowScore

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
    "Span",
    "Window",
    "WindowScore",
    "score_each",
]
