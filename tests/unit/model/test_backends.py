"""Backends: each runs the same graph to the same answer, and says what is missing."""

from pathlib import Path
from threading import Event, current_thread, main_thread
from types import SimpleNamespace

import numpy as np
import onnxruntime as ort
import pytest

from detector.cli.models import default_bundle
from detector.errors import Misconfigured
from detector.model.backends import ON_GPU, BackendName, onnx_runtime, open_backend, openvino
from detector.model.backends.backend import Answer, Feed
from detector.model.backends.session import run as run_session
from detector.model.bundle import load_bundle
from detector.model.onnx_scorer import IDS, LEAK_LOGITS, MASK, TOKEN_LOGITS, OnnxScorer
from tests.tiny_bundle import write_tiny_bundle

LOUD = Path(__file__).parents[2] / "data" / "loud_product.onnx"
DEPTH = 64


def need(name: BackendName) -> None:
    """Skips where the backend is not installed; those of GPUs have tests of their own, with a fake."""
    if name in ON_GPU:
        pytest.skip("there is no GPU to run a real session on")
    pytest.importorskip(name)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return load_bundle(write_tiny_bundle(tmp_path)).model_file


@pytest.mark.parametrize("name", BackendName)
def test_a_backend_tells_the_graphs_inputs_and_outputs_and_runs_it(name: BackendName, model: Path) -> None:
    need(name)
    backend, plain = open_backend(name, model, 1), open_backend(BackendName.ONNXRUNTIME, model, 1)
    assert backend.inputs == plain.inputs
    assert backend.outputs == plain.outputs
    ids = np.arange(1, 33, dtype=np.int64).reshape(2, 16)
    feed = {each: ids if each == IDS else np.ones_like(ids) for each in (IDS, MASK) if each in backend.inputs}
    for mine, expected in zip(
        backend.run([TOKEN_LOGITS, LEAK_LOGITS], feed), plain.run([TOKEN_LOGITS, LEAK_LOGITS], feed), strict=True
    ):
        assert mine.shape == expected.shape
        assert np.abs(mine - expected).max() < 1e-4


@pytest.mark.parametrize("name", BackendName)
def test_an_answer_stays_what_it_was_when_the_backend_runs_again(name: BackendName, model: Path) -> None:
    need(name)
    backend = open_backend(name, model, 1)
    ids = np.ones((1, 16), dtype=np.int64)
    feeds = [{each: value * number for each, value in dict.fromkeys(backend.inputs, ids).items()} for number in (1, 2)]
    (first,) = backend.run([TOKEN_LOGITS], feeds[0])
    kept = first.copy()
    backend.run([TOKEN_LOGITS], {**feeds[1], **({MASK: ids} if MASK in feeds[1] else {})})
    assert (first == kept).all()


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("name", BackendName)
def test_several_feeds_at_once_are_answered_like_each_alone(name: BackendName, threads: int, model: Path) -> None:
    need(name)
    backend = open_backend(name, model, threads)
    rng = np.random.default_rng(0)
    sizes = [(1, 16), (4, 16), (3, 32), (1, 64), (5, 48)]
    feeds = [dict.fromkeys(backend.inputs, rng.integers(1, 90, size)) for size in sizes]
    together = backend.run_all([TOKEN_LOGITS, LEAK_LOGITS], feeds)
    assert len(together) == len(feeds)
    for feed, answer in zip(feeds, together, strict=True):
        for mine, expected in zip(answer, backend.run([TOKEN_LOGITS, LEAK_LOGITS], feed), strict=True):
            assert mine.shape == expected.shape
            assert np.abs(mine - expected).max() < 1e-6
    assert backend.run_all([LEAK_LOGITS], []) == []


def test_a_failure_in_one_thread_is_raised_once_the_others_are_done(model: Path) -> None:
    backend = open_backend(BackendName.ONNXRUNTIME, model, 2)
    good = dict.fromkeys(backend.inputs, np.ones((1, 16), np.int64))
    bad = dict.fromkeys(backend.inputs, np.full((1, 16), 10**6, np.int64))
    for feeds in ([good, bad], [bad, good]):
        with pytest.raises(Exception, match="indices element out of data bounds"):
            backend.run_all([LEAK_LOGITS], feeds)
    assert len(backend.run_all([LEAK_LOGITS], [good, good])) == 2


def test_nobody_is_still_at_work_once_a_failure_is_raised(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Event()
    done: list[Answer] = []

    def run(session: ort.InferenceSession, outputs: list[str], feed: Feed) -> Answer:
        if current_thread() is main_thread():
            failed.set()
            raise RuntimeError("of this thread")
        assert failed.wait(30)
        done.extend(session_run(session, outputs, feed) for _ in range(50))
        return done[0]

    backend = open_backend(BackendName.ONNXRUNTIME, model, 2)
    session_run = run_session
    monkeypatch.setattr(onnx_runtime, "run", run)
    with pytest.raises(RuntimeError, match="of this thread"):
        backend.run_all([LEAK_LOGITS], [dict.fromkeys(backend.inputs, np.ones((2, 16), np.int64))])
    assert len(done) == 50


@pytest.mark.parametrize("name", BackendName)
def test_a_file_that_is_no_graph_is_told_with_the_way_out(name: BackendName, tmp_path: Path) -> None:
    need(name)
    broken = tmp_path / "model.onnx"
    broken.write_bytes(b"no graph")
    with pytest.raises(Misconfigured, match=r"cannot be loaded .*Export the bundle anew"):
        open_backend(name, broken, 1)


def test_a_backend_whose_extra_is_missing_says_how_to_install_it(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openvino, "find_spec", lambda _: None)
    with pytest.raises(Misconfigured, match=r"contact-leak-detector\[openvino\]"):
        open_backend(BackendName.OPENVINO, model, 1)


def test_a_product_said_to_be_narrow_is_added_the_processors_fastest_way(monkeypatch: pytest.MonkeyPatch) -> None:
    entries: list[str] = []
    options = ort.SessionOptions

    class Watched(options):  # type: ignore[misc, valid-type]
        def add_session_config_entry(self, name: str, value: str) -> None:
            entries.append(name)
            super().add_session_config_entry(name, value)

    monkeypatch.setattr(ort, "SessionOptions", Watched)
    open_backend(BackendName.ONNXRUNTIME, LOUD, 1, narrow_sums=True)
    assert "session.x64quantprecision" not in entries
    open_backend(BackendName.ONNXRUNTIME, LOUD, 1)
    assert "session.x64quantprecision" in entries


def test_an_int8_product_keeps_its_largest_terms_whatever_the_processor() -> None:
    (product,) = open_backend(BackendName.ONNXRUNTIME, LOUD, 1).run(["y"], {"x": np.ones((3, DEPTH), np.float32)})
    assert np.allclose(product, DEPTH, atol=0.01)


def test_openvino_takes_properties_of_its_cpu_device_in_letters_of_any_size(model: Path) -> None:
    need(BackendName.OPENVINO)
    backend = open_backend(BackendName.OPENVINO, model, 1, options={"enable_cpu_pinning": "YES", "PERF_COUNT": "NO"})
    assert set(backend.outputs) >= {LEAK_LOGITS}


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"trt_fp16_enable": "1"}, r"no property TRT_FP16_ENABLE: leave DETECTOR_PROVIDER__TRT_FP16_ENABLE out"),
        ({"inference_num_threads": "4"}, r"a second DETECTOR_THREADS: set that one"),
        ({"performance_hint": "HASTE"}, r"Look at DETECTOR_PROVIDER__\*"),
        ({"full_device_name": "Abacus"}, r"no property FULL_DEVICE_NAME"),
    ],
)
def test_an_option_that_openvino_cannot_take_is_said(model: Path, option: dict[str, str], said: str) -> None:
    need(BackendName.OPENVINO)
    with pytest.raises(Misconfigured, match=said):
        open_backend(BackendName.OPENVINO, model, 1, options=option)


def test_bfloat16_is_refused_on_a_processor_that_has_none(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = pytest.importorskip("openvino")
    properties = {"SUPPORTED_PROPERTIES": {"INFERENCE_PRECISION_HINT": "RW"}, "OPTIMIZATION_CAPABILITIES": ["FP32"]}
    core = SimpleNamespace(get_property=lambda _device, name: properties[name])
    monkeypatch.setattr(library, "Core", lambda: core)
    with pytest.raises(Misconfigured, match="no bfloat16, which OpenVINO would emulate"):
        open_backend(BackendName.OPENVINO, model, 1, options={"inference_precision_hint": "bf16"})


def test_the_default_backend_takes_no_options_whatever_graphs_its_bundle_has(model: Path) -> None:
    for bundle in (load_bundle(model.parent), load_bundle(default_bundle())):
        with pytest.raises(Misconfigured, match="openvino, cuda and tensorrt; onnxruntime takes no such option"):
            OnnxScorer(bundle, 1, BackendName.ONNXRUNTIME, {"perf_count": "YES"})
