"""The shipped model's kept scores are what it would say again."""

import pytest

from detector.cli.models import default_bundle
from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.scoring.cache import ScoreCache

LEAK = "For a better price ring oh seven seven double-oh, nine hundred, one two three, or ines (at) example dot com."
CLEAN = "Two quiet rooms near the old harbour, licence VT-1234-A, from 120 EUR a night, check-in from 15:00 to 21:00."


@pytest.fixture(scope="module")
def scorer() -> OnnxScorer:
    return OnnxScorer(load_bundle(default_bundle()))


@pytest.mark.parametrize("text", [LEAK, CLEAN, f"{CLEAN} {LEAK}", " ".join([CLEAN, LEAK] * 12)])
def test_a_kept_score_is_the_models_own(scorer: OnnxScorer, text: str) -> None:
    cache = ScoreCache(100)
    windows = scorer.windows(text)
    scores = scorer.score(windows)
    for window, score in zip(windows, scores, strict=True):
        key = cache.key(window)
        assert key is not None
        cache.put(key, window, score)
    for window, again in zip(scorer.windows(text), scorer.score(scorer.windows(text)), strict=True):
        key = cache.key(window)
        assert key is not None
        assert cache.get(key, window) == again


def test_different_passages_have_different_keys(scorer: OnnxScorer) -> None:
    cache = ScoreCache(100)
    texts = [LEAK, CLEAN, LEAK.replace("three", "four"), LEAK.replace("ring", "ring  "), LEAK.upper(), f"{LEAK} "]
    windows = [window for text in texts for window in scorer.windows(text)]
    same = {tuple(map(tuple, (window.ids, window.offsets))) for window in windows}
    assert len({cache.key(window) for window in windows}) == len(same)
