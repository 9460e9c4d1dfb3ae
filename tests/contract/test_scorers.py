"""What every scorer promises: the shipped fake, a tiny model, and the bundle in `models/` on each backend."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import onnxruntime as ort
import pytest

from detector.errors import Misconfigured
from detector.model.backends import BackendName
from detector.model.bundle import find_bundle, load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.scoring import KeywordScorer, Scorer, Window, WindowScore
from detector.text import prepare
from tests.tiny_bundle import write_tiny_bundle

MODELS = Path(__file__).parents[2] / "models"
TOLERANCE = 1e-6

LEAK = "Two quiet rooms on the old harbour. Ring me on 07700 900123, the harbour is warm."
TEXTS = (
    LEAK,
    "quiet",
    "A quiet room on the old harbour, two minutes on foot.",
    "Check-in after 15:00, 120 per night, postcode 75011.",
    "Schreib mir an ines@example.com oder per WhatsApp +49 30 5550123.",
    "海辺の静かな部屋です。",
    "\u200b🏖️ r i n g  m e . o k ?",
    "word " * 700 + "www.example.com",
)


def keyword_scorer(_folder: Path) -> Scorer:
    return KeywordScorer()


def tiny_scorer(folder: Path) -> Scorer:
    return OnnxScorer(load_bundle(write_tiny_bundle(folder)), threads=1)


def shipped_scorer(
    _folder: Path, backend: BackendName = BackendName.ONNXRUNTIME, options: Mapping[str, str] | None = None
) -> Scorer:
    """On two threads, so that rows of a batch may run side by side."""
    try:
        bundle = find_bundle([MODELS])
    except Misconfigured as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{error}")
        pytest.skip(f"{error}")
    return OnnxScorer(load_bundle(bundle), 2, backend, options)


def shipped_scorer_on_openvino(folder: Path) -> Scorer:
    pytest.importorskip("openvino")
    return shipped_scorer(folder, BackendName.OPENVINO)


def shipped_scorer_in_bfloat16(folder: Path) -> Scorer:
    openvino = pytest.importorskip("openvino")
    if "BF16" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        pytest.skip("this processor has no bfloat16")
    return shipped_scorer(folder, BackendName.OPENVINO, {"inference_precision_hint": "bf16"})


def shipped_scorer_on(backend: BackendName, provider: str) -> Callable[[Path], Scorer]:
    def make(folder: Path) -> Scorer:
        if provider not in ort.get_available_providers():
            pytest.skip(f"the installed ONNX Runtime has no {provider}")
        return shipped_scorer(folder, backend)

    return make


SCORERS: dict[str, Callable[[Path], Scorer]] = {
    "keyword": keyword_scorer,
    "tiny bundle": tiny_scorer,
    "bundle in models": shipped_scorer,
    "bundle in models on OpenVINO": shipped_scorer_on_openvino,
    "bundle in models on OpenVINO in bfloat16": shipped_scorer_in_bfloat16,
    "bundle in models on CUDA": shipped_scorer_on(BackendName.CUDA, "CUDAExecutionProvider"),
    "bundle in models on TensorRT": shipped_scorer_on(BackendName.TENSORRT, "TensorrtExecutionProvider"),
}


@pytest.fixture(scope="module", params=list(SCORERS.values()), ids=list(SCORERS))
def scorer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    make: Callable[[Path], Scorer] = request.param
    return make(tmp_path_factory.mktemp("bundle"))


def windows_of(scorer: Scorer, *texts: str) -> list[Window]:
    return [window for text in texts for window in scorer.windows(prepare(text).text)]


def assert_same(one: Sequence[WindowScore], other: Sequence[WindowScore]) -> None:
    """Equal to what the contract promises, evidence included."""
    assert len(one) == len(other)
    for mine, yours in zip(one, other, strict=True):
        assert mine.probability == pytest.approx(yours.probability, abs=TOLERANCE)
        assert [span[:3] for span in mine.spans] == [span[:3] for span in yours.spans]
        assert [span.score for span in mine.spans] == pytest.approx([span.score for span in yours.spans], abs=TOLERANCE)


def test_every_window_gets_a_probability(scorer: Scorer) -> None:
    windows = windows_of(scorer, *TEXTS)
    scores = scorer.score(windows)
    assert len(scores) == len(windows)
    assert all(0.0 <= score.probability <= 1.0 for score in scores)
    assert all(0.0 <= span.score <= 1.0 for score in scores for span in score.spans)


def test_scores_come_in_the_order_of_the_windows(scorer: Scorer) -> None:
    windows = windows_of(scorer, *TEXTS)
    forwards, backwards = scorer.score(windows), scorer.score(windows[::-1])
    assert_same(forwards, list(backwards)[::-1])
    assert len({round(score.probability, 4) for score in forwards}) > 1, "equal scores would prove no order"


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_score_does_not_depend_on_batch_mates(scorer: Scorer, text: str) -> None:
    own = windows_of(scorer, text)
    alone = [score for window in own for score in scorer.score([window])]
    others = windows_of(scorer, *(TEXTS * 8))[:31]
    for position in (0, 16, 31):
        mixed = scorer.score([*others[:position], *own, *others[position:]])
        assert_same(alone, mixed[position : position + len(own)])


@pytest.mark.parametrize("text", TEXTS[:3], ids=range(3))
def test_a_score_does_not_depend_on_longer_texts_beside_it(scorer: Scorer, text: str) -> None:
    own = windows_of(scorer, text)
    longer = windows_of(scorer, "the old harbour " * 400)
    assert max(window.padded for window in longer) > max(window.padded for window in own)
    assert_same(
        [score for window in own for score in scorer.score([window])], scorer.score([*own, *longer])[: len(own)]
    )


def test_the_same_window_scores_the_same_on_every_run(scorer: Scorer) -> None:
    windows = windows_of(scorer, LEAK)
    assert scorer.score(windows) == scorer.score(windows)


def test_several_threads_that_score_at_once_are_told_what_one_would_be(scorer: Scorer) -> None:
    batches = [windows_of(scorer, *TEXTS[first:]) for first in range(4)]
    expected = [scorer.score(batch) for batch in batches]
    with ThreadPoolExecutor(len(batches)) as threads:
        for mine, yours in zip(threads.map(scorer.score, batches), expected, strict=True):
            assert_same(mine, yours)


@pytest.mark.parametrize("text", ["", " ", "\n\t \u200b"], ids=["nothing", "a space", "white space"])
def test_a_text_without_tokens_has_no_windows(scorer: Scorer, text: str) -> None:
    assert windows_of(scorer, text) == []


def test_no_windows_have_no_scores(scorer: Scorer) -> None:
    assert list(scorer.score([])) == []


def test_evidence_is_found_and_stands_inside_the_text(scorer: Scorer) -> None:
    prepared = prepare(LEAK).text
    spans = [span for score in scorer.score(scorer.windows(prepared)) for span in score.spans]
    phone = prepared.index("07700")
    assert any(span.start <= phone and phone + len("07700 900123") <= span.end for span in spans)
    assert all(0 <= span.start < span.end <= len(prepared) for span in spans)
    for text in TEXTS:
        known = prepare(text).text
        for score in scorer.score(scorer.windows(known)):
            assert all(0 <= span.start < span.end <= len(known) for span in score.spans)


def test_windows_cover_the_text_and_stay_inside_the_models_reach(scorer: Scorer) -> None:
    text = prepare(TEXTS[-1]).text
    windows = scorer.windows(text)
    assert len(windows) > 1
    covered = {place for window in windows for first, last in window.offsets for place in range(first, last)}
    assert {place for place, character in enumerate(text) if not character.isspace()} <= covered
    assert all(len(window.offsets) <= window.padded for window in windows)


def test_a_window_shows_its_size_and_none_of_its_text(scorer: Scorer) -> None:
    (window, *_) = windows_of(scorer, "the old zebra harbour")
    assert repr(window).endswith(f"(padded={window.padded})")


def test_the_card_says_who_judges_and_where_it_decides(scorer: Scorer) -> None:
    assert scorer.card.identity.count("/") == 2
    assert all(0.0 < threshold < 1.0 for threshold in scorer.card.thresholds.values())
