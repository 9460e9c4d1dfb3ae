"""The serving scorer: what it refuses at start, how it pads, and how it reads the model's answer."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from detector.errors import Misconfigured
from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.model.threads import usable_cpus
from detector.scoring import WindowScore
from tests.tiny_bundle import LABELS, SEQUENCE_MODEL, write_tiny_bundle

LEAK = "ring me on 07700 900123"


def put(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda manifest: manifest.__setitem__(name, value)


def scorer(folder: Path, threads: int | None = 1, **members: object) -> OnnxScorer:
    return OnnxScorer(load_bundle(write_tiny_bundle(folder, lambda manifest: manifest.update(members))), threads)


def score_of(one: OnnxScorer, text: str) -> WindowScore:
    (score,) = one.score(one.windows(text))
    return score


def rewritten(folder: Path, name: str, content: bytes) -> Path:
    """A bundle one of whose files is another, with a manifest that vouches for it."""

    def change(manifest: dict[str, Any]) -> None:
        (folder / name).write_bytes(content)
        manifest["files"][name] = sha256(content).hexdigest()

    return write_tiny_bundle(folder, change)


def test_a_leak_is_told_from_a_clean_text_with_its_place_and_category(tmp_path: Path) -> None:
    tiny = scorer(tmp_path)
    leak, clean = score_of(tiny, LEAK), score_of(tiny, "a quiet room on the old harbour")
    assert leak.probability > 0.9
    assert clean.probability < 0.2
    assert [(span.category, LEAK[span.start : span.end]) for span in leak.spans] == [("phone", "07700 900123")]
    assert clean.spans == ()


def test_a_model_without_a_token_head_serves_without_evidence(tmp_path: Path) -> None:
    bundle = load_bundle(write_tiny_bundle(tmp_path / "one", put("labels", []), SEQUENCE_MODEL))
    score = score_of(OnnxScorer(bundle, 1), LEAK)
    assert score.spans == ()
    assert score.probability == pytest.approx(score_of(scorer(tmp_path / "two"), LEAK).probability, abs=1e-6)


@pytest.mark.parametrize(
    ("labels", "model", "told"),
    [
        pytest.param([*LABELS, "social"], None, "gives 4 token labels, the manifest 5", id="one label too many"),
        pytest.param(list(LABELS), SEQUENCE_MODEL, "gives 0 token labels, the manifest 4", id="no token head"),
        pytest.param([], None, "gives 4 token labels, the manifest 0", id="a token head without names"),
    ],
)
def test_a_model_that_does_not_fit_its_manifest_is_refused(
    labels: list[str], model: Path | None, told: str, tmp_path: Path
) -> None:
    change = put("labels", labels)
    folder = write_tiny_bundle(tmp_path, change, model) if model else write_tiny_bundle(tmp_path, change)
    with pytest.raises(Misconfigured, match=f"model.onnx {told}. Export the bundle anew"):
        OnnxScorer(load_bundle(folder), 1)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("model.onnx", b"no model", r"model.onnx cannot be loaded", id="no model"),
        pytest.param("tokenizer.json", b"{}", r"tokenizer.json cannot be read", id="no tokenizer"),
        pytest.param(
            "tokenizer.json",
            b'{"version":"1.0","added_tokens":[],"model":{"type":"WordPiece","unk_token":"x",'
            b'"continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"x":0,"[CLS]":1,"[SEP]":2}}}',
            r"tokenizer.json has no token \[PAD\]",
            id="a special token missing",
        ),
    ],
)
def test_a_file_that_is_vouched_for_and_yet_unusable_is_refused(
    name: str, content: bytes, told: str, tmp_path: Path
) -> None:
    with pytest.raises(Misconfigured, match=f"{told}.*Export the bundle anew"):
        OnnxScorer(load_bundle(rewritten(tmp_path, name, content)), 1)


@pytest.mark.parametrize(
    ("words", "padded"),
    [
        pytest.param(1, 16, id="short"),
        pytest.param(14, 16, id="exactly one multiple with its two special tokens"),
        pytest.param(15, 32, id="one token more"),
        pytest.param(62, 64, id="the whole window"),
    ],
)
def test_a_window_is_padded_to_the_next_multiple_by_its_own_length_alone(
    words: int, padded: int, tmp_path: Path
) -> None:
    (window,) = scorer(tmp_path).windows("room " * words)
    assert (len(window.offsets), window.padded) == (words, padded)


def test_padding_never_exceeds_the_window(tmp_path: Path) -> None:
    (window,) = scorer(tmp_path, window=24, overlap=4).windows("room " * 20)
    assert window.padded == 24


def test_a_long_text_becomes_windows_that_share_the_overlap(tmp_path: Path) -> None:
    windows = scorer(tmp_path).windows("room " * 100)
    assert [len(window.offsets) for window in windows] == [62, 62]
    assert windows[1].offsets[0][0] <= windows[0].offsets[-16][0]


def test_calibration_moves_the_probability_and_not_the_evidence(tmp_path: Path) -> None:
    plain = score_of(scorer(tmp_path / "plain"), LEAK)
    cooler = score_of(scorer(tmp_path / "cooler", calibration={"temperature": 4.0, "bias": -1.0}), LEAK)
    assert cooler.probability < plain.probability
    assert cooler.spans == plain.spans


def test_the_evidence_threshold_is_the_manifests(tmp_path: Path) -> None:
    assert score_of(scorer(tmp_path, evidenceThreshold=1.0), LEAK).spans == ()


def test_threads_are_as_told_and_by_default_what_the_process_may_use(tmp_path: Path) -> None:
    assert scorer(tmp_path / "told", threads=3).threads == 3
    assert scorer(tmp_path / "default", threads=None).threads == usable_cpus()


def test_offsets_count_code_points_not_bytes(tmp_path: Path) -> None:
    text = "🏖️ é 07700 900123"
    (span,) = score_of(scorer(tmp_path), text).spans
    assert text[span.start : span.end] == "07700 900123"
