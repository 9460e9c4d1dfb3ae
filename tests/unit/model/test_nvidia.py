"""The providers for GPUs: what they are asked for, and that the CPU never stands in. ONNX Runtime is a fake here."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

from detector.errors import Misconfigured
from detector.model.backends import BackendName, nvidia, open_backend
from detector.model.backends.backend import Feed

CPU = "CPUExecutionProvider"
MODEL = Path("model.onnx")
Providers = Sequence[tuple[str, dict[str, str]]]


class Session:
    """Gives each row's sum, and a number that says by its second digit how many rows ran together."""

    loads: tuple[str, ...] = (nvidia.TENSORRT, nvidia.CUDA)
    made: list["Session"]

    def __init__(self, path: str, providers: Providers, enable_fallback: int) -> None:
        assert enable_fallback == 0
        self.options = dict(providers)
        self.shapes: list[tuple[int, ...]] = []
        self.made.append(self)

    def get_providers(self) -> list[str]:
        return [*(name for name in self.options if name in self.loads), CPU]

    def get_inputs(self) -> list[Any]:
        return [SimpleNamespace(name="input_ids", type="tensor(int64)")]

    def get_outputs(self) -> list[Any]:
        return [SimpleNamespace(name="logits", shape=["batch", 2])]

    def run(self, outputs: list[str], feed: Feed) -> list[Any]:
        ids = feed["input_ids"]
        self.shapes.append(ids.shape)
        return [np.stack([ids.sum(axis=1), np.full(len(ids), len(ids))], axis=1) for _ in outputs]


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> type[Session]:
    session = type("Session", (Session,), {"made": []})
    monkeypatch.setattr(ort, "get_available_providers", lambda: [nvidia.TENSORRT, nvidia.CUDA, CPU])
    monkeypatch.setattr(ort, "preload_dlls", lambda: None)
    monkeypatch.setattr(ort, "InferenceSession", session)
    return session


def options_of(runtime: type[Session], name: BackendName, given: Mapping[str, str]) -> dict[str, dict[str, str]]:
    open_backend(name, MODEL, 1, longest=192, options=given)
    return runtime.made[-1].options


def test_cuda_is_asked_for_alone_and_tensorrt_before_it(runtime: type[Session]) -> None:
    assert list(options_of(runtime, BackendName.CUDA, {})) == [nvidia.CUDA]
    assert list(options_of(runtime, BackendName.TENSORRT, {})) == [nvidia.TENSORRT, nvidia.CUDA]


def test_tensorrt_knows_every_shape_before_the_first_run(runtime: type[Session]) -> None:
    options = options_of(runtime, BackendName.TENSORRT, {})[nvidia.TENSORRT]
    shapes = {name: options[f"trt_profile_{name}_shapes"] for name in ("min", "opt", "max")}
    assert shapes == {"min": "input_ids:32x16", "opt": "input_ids:32x192", "max": "input_ids:32x192"}


def test_tensorrt_computes_in_fp16_but_its_norms_and_keeps_its_engines(runtime: type[Session]) -> None:
    options = options_of(runtime, BackendName.TENSORRT, {})[nvidia.TENSORRT]
    on = ("trt_fp16_enable", "trt_layer_norm_fp32_fallback", "trt_engine_cache_enable", "trt_timing_cache_enable")
    assert [options[name] for name in on] == ["1"] * 4
    assert options["trt_engine_cache_path"] == options["trt_timing_cache_path"]
    assert options["trt_engine_cache_path"].endswith("tensorrt")


def test_any_option_goes_to_the_provider_whose_it_is_and_wins_over_the_default(runtime: type[Session]) -> None:
    given = {"trt_fp16_enable": "0", "trt_builder_optimization_level": "5", "gpu_mem_limit": "1", "use_tf32": "1"}
    options = options_of(runtime, BackendName.TENSORRT, given)
    assert options[nvidia.TENSORRT]["trt_fp16_enable"] == "0"
    assert options[nvidia.TENSORRT]["trt_builder_optimization_level"] == "5"
    assert options[nvidia.CUDA]["gpu_mem_limit"] == "1"
    assert options[nvidia.CUDA]["use_tf32"] == "1"
    assert "gpu_mem_limit" not in options[nvidia.TENSORRT]
    assert "trt_fp16_enable" not in options[nvidia.CUDA]


@pytest.mark.parametrize("rows", [1, 31, 32, 33, 70])
def test_every_run_has_one_number_of_rows_and_gives_back_those_asked_for(rows: int, runtime: type[Session]) -> None:
    backend = open_backend(BackendName.CUDA, MODEL, 1)
    ids = np.arange(rows * 16, dtype=np.int64).reshape(rows, 16)
    (answer,) = backend.run(["logits"], {"input_ids": ids})
    assert (answer[:, 0] == ids.sum(axis=1)).all()
    assert answer.shape == (rows, 2)
    assert set(runtime.made[-1].shapes) == {(nvidia.ROWS, 16)}


@pytest.mark.parametrize("name", [BackendName.CUDA, BackendName.TENSORRT])
def test_a_runtime_without_the_provider_says_what_to_install(
    name: BackendName, runtime: type[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ort, "get_available_providers", lambda: [CPU])
    with pytest.raises(Misconfigured, match=r"no \w+ExecutionProvider\. Install .*contact-leak-detector\[gpu\]"):
        open_backend(name, MODEL, 1)
    assert runtime.made == []


@pytest.mark.parametrize("loads", [(), (nvidia.CUDA,), (nvidia.TENSORRT,)], ids=["neither", "cuda", "tensorrt"])
def test_a_provider_that_does_not_load_is_an_error_though_the_cpu_would_stand_in(
    loads: tuple[str, ...], runtime: type[Session]
) -> None:
    runtime.loads = loads
    with pytest.raises(Misconfigured, match=r"does not load, and ONNX Runtime would run the model on the CPU"):
        open_backend(BackendName.TENSORRT, MODEL, 1)


def test_what_the_runtime_prints_while_it_loads_stays_out_of_the_output(
    runtime: type[Session], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ort, "preload_dlls", lambda: sys.stdout.write("Failed to load libcublas\n"))
    open_backend(BackendName.CUDA, MODEL, 1)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "libcublas" in printed.err


@pytest.mark.parametrize("option", ["enable_cuda_graph", "trt_cuda_graph_enable"])
def test_a_graph_recorded_for_one_length_is_not_replayed_for_another(option: str, runtime: type[Session]) -> None:
    with pytest.raises(Misconfigured, match=rf"{option.upper()} is refused: .*lengths of windows differ"):
        open_backend(BackendName.TENSORRT, MODEL, 1, options={option: "1"})


def test_an_option_of_another_backend_is_told(runtime: type[Session]) -> None:
    with pytest.raises(Misconfigured, match=r"TRT_FP16_ENABLE is an option of the backend tensorrt"):
        open_backend(BackendName.CUDA, MODEL, 1, options={"trt_fp16_enable": "1"})
    with pytest.raises(Misconfigured, match=r"onnxruntime takes no such option"):
        open_backend(BackendName.ONNXRUNTIME, MODEL, 1, options={"use_tf32": "1"})


def test_what_cannot_be_loaded_is_told_with_the_way_out(
    runtime: type[Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("Unknown provider option: zebra")

    backend = open_backend(BackendName.CUDA, MODEL, 1)
    assert backend.inputs == {"input_ids": np.int64}
    assert backend.outputs == {"logits": 2}
    monkeypatch.setattr(runtime, "__init__", refuse)
    with pytest.raises(Misconfigured, match=r"zebra.*mend DETECTOR_PROVIDER__"):
        open_backend(BackendName.CUDA, MODEL, 1, options={"zebra": "1"})


@pytest.mark.parametrize("name", [BackendName.CUDA, BackendName.TENSORRT])
def test_the_runtime_of_the_cpu_is_not_taken_for_one_of_a_gpu(name: BackendName) -> None:
    provider = nvidia.TENSORRT if name is BackendName.TENSORRT else nvidia.CUDA
    if provider in ort.get_available_providers():
        pytest.skip("this ONNX Runtime has the provider")
    with pytest.raises(Misconfigured, match="pip install"):
        open_backend(name, MODEL, 1)
