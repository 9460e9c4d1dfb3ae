"""What the model costs: the plan, the operations, what times and rates come to, the bars, and who can be started."""

import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from detector.bench.model import made, run
from detector.bench.model.answering import peak_bytes, timed
from detector.bench.model.asking import Asked
from detector.bench.model.bars import bars
from detector.bench.model.candidates import LIBRARIES, MAKES_BASE, Candidate, Kernel, Model, Subject, subjects, suited
from detector.bench.model.figures import Result, floor, rows
from detector.bench.model.made import BUNDLE, ONNX, PYTORCH, base_models, keep
from detector.bench.model.operations import BASE, Shape, operations
from detector.bench.model.plan import FULL, QUICK, Plan, Size
from detector.bench.model.run import Measured, Place, Times, startable
from detector.bench.model.shares import shares
from detector.bench.model.show import show
from detector.bench.report import Surroundings
from detector.errors import Misconfigured

MACHINE = {"cpu": "AMD Example", "cores": 2, "flags": ["avx512_vnni"], "memory_gib": 24, "system": "Linux", "load": 0.1}
ONE = Size(512, 1)
MS = {Candidate.PYTORCH: 400.0, Candidate.FP32: 200.0, Candidate.ONNXRUNTIME: 80.0, Candidate.OPENVINO: 50.0}
RATES = {Kernel.ONNXRUNTIME: 0.9e12, Kernel.ONNXRUNTIME_EXACT: 0.9e12, Kernel.OPENVINO: 1.2e12, Kernel.FP32: 0.2e12}


def times(ms: float, peak_mib: float = 100.0) -> Times:
    return Times([ms, ms * 0.9, ms * 1.5], [2 * ms], int(peak_mib * 2**20))


@pytest.fixture
def folders(tmp_path: Path) -> Mapping[Model, Path]:
    base, shipped = tmp_path / "base", tmp_path / "shipped"
    for file in (
        base / BUNDLE / "model.onnx",
        base / ONNX,
        base / PYTORCH / "model.safetensors",
        shipped / "model.onnx",
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"0" * 1_000_000)
    return {Model.BASE: base, Model.SHIPPED: shipped}


def measured(ms: Mapping[Candidate, float] = MS, slow_round: float = 3.0) -> Measured:
    """Two rounds; in the second the whole machine is slower, the limit too."""
    result = Measured()
    for number, slowness in enumerate((1.0, slow_round)):
        for candidate, each in ms.items():
            # Memory is at its peak once the large batches have been.
            peak = 500.0 if number else 100.0
            result.times[Subject(Model.BASE, candidate), ONE, number] = times(each * slowness, peak)
        result.rates.append({kernel: rate / slowness for kernel, rate in RATES.items()})
    return result


def test_every_candidate_has_a_turn_in_every_round_and_what_takes_seconds_only_in_the_first() -> None:
    plan = Plan(tokens=(512, 32), batches=(8, 1), small=512)
    assert list(plan.sizes(0)) == [Size(32, 1), Size(512, 1), Size(32, 8), Size(512, 8)]
    assert list(plan.sizes(1)) == [Size(32, 1), Size(512, 1), Size(32, 8)]


@pytest.mark.parametrize("plan", [FULL, QUICK])
def test_what_the_bars_are_about_is_measured_in_every_round(plan: Plan) -> None:
    assert plan.rounds > 2
    assert all(ONE in plan.sizes(number) for number in range(plan.rounds))


def test_the_full_plan_has_all_sizes() -> None:
    assert set(FULL.sizes(0)) == {Size(tokens, batch) for tokens in (32, 128, 512) for batch in (1, 8, 32)}


def test_others_do_not_serve_the_shipped_bundle() -> None:
    assert [each.candidate for each in subjects((Model.SHIPPED,), tuple(Candidate))] == [
        Candidate.ONNXRUNTIME,
        Candidate.OPENVINO,
        Candidate.OPENVINO_BF16,
    ]
    assert len(subjects(tuple(Model), tuple(Candidate))) == len(Candidate) + 3


def test_operations_are_two_for_every_weight_and_token_and_attentions_own() -> None:
    assert operations(Shape(1, 2, 3), [5]) == 2 * (4 * 4 + 2 * 6) * 5 + 4 * 25 * 2
    assert operations(BASE, [512]) == pytest.approx(48.3e9, rel=0.01)
    assert operations(BASE, [192, 192, 190]) < operations(BASE, [574])


def test_a_row_is_the_median_of_rounds_beside_fp32_in_the_same_round(folders: Mapping[Model, Path]) -> None:
    found = {row.subject.candidate: row for row in rows(measured(), folders)}
    ours = found[Candidate.ONNXRUNTIME]
    assert (ours.wall_ms.low, ours.wall_ms.median, ours.wall_ms.high) == (80.0, 160.0, 240.0)
    # The slow round was slow for both.
    assert ours.of_fp32 is not None
    assert (ours.of_fp32.low, ours.of_fp32.high) == pytest.approx((0.4, 0.4))
    assert ours.tokens_per_second == pytest.approx(512 / 0.160)
    assert ours.peak_mib == 100
    assert ours.file_mb == 1


def test_the_floor_is_all_operations_at_the_best_int8_rate_and_compared_round_by_round() -> None:
    found = floor(measured())
    assert found is not None
    assert found.best is Kernel.OPENVINO
    assert found.floor_ms.low == pytest.approx(1000 * operations(BASE, [512]) / 1.2e12)
    assert found.of_best is not None
    assert found.of_best.low == pytest.approx(found.of_best.high)
    assert found.of_best.median == pytest.approx(50 / found.floor_ms.low)
    assert found.int8_pays


def test_where_int8_is_slower_than_fp32_the_floor_is_still_int8s() -> None:
    taken = measured()
    taken.rates = [{**RATES, Kernel.FP32: 9e12}]
    found = floor(taken)
    assert found is not None
    assert found.best is Kernel.OPENVINO
    assert not found.int8_pays


def reached(
    folders: Mapping[Model, Path], taken: Measured, cpu: str = "AMD Example", flags: tuple[str, ...] = ("avx512_vnni",)
) -> list[tuple[str, float | None, float, bool]]:
    machine = {**MACHINE, "cpu": cpu, "flags": list(flags)}
    return [(bar.name, bar.value, bar.bar, bar.met) for bar in bars(rows(taken, folders), floor(taken), machine)]


@pytest.mark.parametrize(
    ("cpu", "own"), [("AMD Example", (0.30, 0.45)), ("Intel(R) Example", (0.36, 0.52)), ("Neoverse", (0.30, 0.45))]
)
def test_each_make_of_processor_has_its_bars(folders: Mapping[Model, Path], cpu: str, own: tuple[float, float]) -> None:
    best, default, over = reached(folders, measured(), cpu)
    assert [each[1] for each in (best, default, over)] == pytest.approx([0.25, 0.4, 50 / 40.2], rel=0.01)
    assert [each[2:] for each in (best, default, over)] == [(each, True) for each in (*own, 1.3)]
    assert "VNNI" not in "".join(bar[0] for bar in (best, default, over))


def test_without_vnni_the_bars_stay_and_that_is_said(folders: Mapping[Model, Path]) -> None:
    slow = reached(folders, measured({**MS, Candidate.ONNXRUNTIME: 190.0, Candidate.OPENVINO: 180.0}), flags=("avx2",))
    assert all("this one has none" in name for name, *_ in slow)
    assert [(bar, met) for _, _, bar, met in slow] == [(0.30, False), (0.45, False), (1.3, False)]


def test_what_was_not_measured_is_no_bar_met(folders: Mapping[Model, Path]) -> None:
    taken = measured({Candidate.ONNXRUNTIME: 80.0})
    taken.rates = []
    assert [(value, met) for _, value, _, met in reached(folders, taken)] == [(None, False)] * 3


def test_the_result_says_who_is_missing_what_the_limit_is_and_what_was_not_measured(
    folders: Mapping[Model, Path],
) -> None:
    taken = measured({Candidate.ONNXRUNTIME: 80.0})
    result = Result(rows(taken, folders), floor(taken), {}, [Subject(Model.BASE, Candidate.PYTORCH)], 2)
    said = shown(result)
    assert "pytorch-eager: not installed: pip install 'contact-leak-detector[train]'" in said
    assert "at the rate of openvino" in said
    assert said.count("not measured") == 2
    assert "not measurable here" in shown(Result(result.rows, None, {}, [], 2))
    assert json.loads(json.dumps(result.as_json()))[0]["candidate"] == "detector/onnxruntime"


def shown(result: Result) -> str:
    stream = io.StringIO()
    reached = bars(result.rows, result.floor, MACHINE)
    show(FULL, result, reached, Surroundings(MACHINE, {}, "abc"), Console(file=stream, width=160))
    return stream.getvalue()


def test_a_table_has_no_hole_where_a_candidate_missed_a_size(folders: Mapping[Model, Path]) -> None:
    taken = measured()
    taken.times[Subject(Model.BASE, Candidate.FP32), Size(32, 8), 0] = times(70.0, 900.0)
    said = shown(Result(rows(taken, folders), None, {Model.BASE: {"attention": 0.25}}, [], 2))
    assert "900" in said
    assert "25 %" in said


def node(operator: str, microseconds: int, name: str = "x_kernel_time") -> dict[str, Any]:
    return {"cat": "Node", "name": name, "dur": microseconds, "args": {"op_name": operator}}


def test_shares_count_each_operator_once_and_what_is_unknown_too() -> None:
    events = [node("MatMulIntegerToFloat", 60), node("MultiHeadAttention", 20), node("Split", 20)]
    ignored = [{"cat": "Session", "name": "model_run", "dur": 500}, node("MatMul", 500, "x_fence_before")]
    found = shares([*events, *ignored])
    assert found["matrix products"] == 0.6
    assert found["attention"] == 0.2
    assert found["other"] == 0.2
    assert sum(found.values()) == pytest.approx(1)


def test_a_run_is_timed_once_at_the_least_and_for_its_seconds() -> None:
    assert len(timed(lambda: None, 0.0)["wall_ms"]) == 1
    several = timed(lambda: sum(range(1000)), 0.05)
    assert len(several["wall_ms"]) == len(several["cpu_ms"]) > 1
    assert peak_bytes() > 10 * 2**20


def test_a_process_that_cannot_load_is_told_with_its_last_words(tmp_path: Path) -> None:
    arguments = [Model.SHIPPED, Candidate.ONNXRUNTIME, str(tmp_path / "none"), "1", str(tmp_path / "none.json")]
    with (
        Asked(Path(sys.executable), "serving", arguments, 1) as process,
        pytest.raises(Misconfigured, match=r"none\.json"),
    ):
        process.ready()


def having(monkeypatch: pytest.MonkeyPatch, where: Mapping[str, set[str]]) -> None:
    """Pythons with these libraries."""
    for module in (run, made):
        monkeypatch.setattr(module, "libraries", lambda python, asked: where[python.name] & set(asked))


def test_each_candidate_runs_on_the_first_python_that_has_its_libraries(
    monkeypatch: pytest.MonkeyPatch, folders: Mapping[Model, Path]
) -> None:
    serving = {"detector", "onnxruntime"}
    having(monkeypatch, {"lean": serving, "rich": {*serving, *LIBRARIES[Candidate.PYTORCH]}, "other": {"openvino"}})
    pythons = [Path(name) for name in ("other", "lean", "rich")]
    started = startable(FULL, Place(folders, pythons, 2))
    assert {str(each.candidate): python.name for each, python in started.items() if each.model is Model.BASE} == {
        "pytorch-eager": "rich",
        "transformers-pipeline": "rich",
        "onnxruntime-fp32": "lean",
        "detector/onnxruntime": "lean",
    }
    without = startable(FULL, Place({Model.SHIPPED: folders[Model.SHIPPED]}, pythons, 2))
    assert list(without) == [Subject(Model.SHIPPED, Candidate.ONNXRUNTIME)]


def test_models_that_cannot_be_made_here_are_taken_if_they_were_made_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    having(monkeypatch, {"lean": {"detector"}})
    assert base_models([Path("lean")], tmp_path) is None
    before = tmp_path / "bench" / "distilbert-base" / f"{made._code()}-torch1"
    (before / BUNDLE).mkdir(parents=True)
    (before / BUNDLE / "model.onnx").write_bytes(b"0")
    (before.with_name("of-other-code-torch1") / BUNDLE).mkdir(parents=True)
    assert base_models([Path("lean")], tmp_path) == before
    keep(tmp_path / "kept", before)
    assert (tmp_path / "kept" / "model.onnx").read_bytes() == b"0"
    with pytest.raises(Misconfigured, match="not empty"):
        keep(tmp_path / "kept", before)
    with pytest.raises(Misconfigured, match=r"contact-leak-detector\[train\]"):
        keep(tmp_path / "another", None)


def test_models_are_made_once_and_anew_for_other_versions(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    having(monkeypatch, {"rich": {"detector", *MAKES_BASE}})
    versions = ["torch1"]
    asked: list[Path] = []

    def make(python: Path, folder: Path) -> None:
        asked.append(python)
        folder.mkdir()

    monkeypatch.setattr(made, "_versions", lambda python: versions[-1])
    monkeypatch.setattr(made, "_make", make)
    first = base_models([Path("rich")], tmp_path)
    assert base_models([Path("rich")], tmp_path) == first
    assert asked == [Path("rich")]
    versions.append("torch2")
    second = base_models([Path("rich")], tmp_path)
    assert second != first
    # The old ones are half a gigabyte of no use.
    assert [each for each in (tmp_path / "bench" / "distilbert-base").iterdir() if each.is_dir()] == [second]


@pytest.mark.parametrize(
    ("flags", "without"),
    [(["avx512_vnni"], {Candidate.OPENVINO_BF16}), (["avx512_vnni", "avx512_bf16"], set()), (["amx_bf16"], set())],
)
def test_bfloat16_is_timed_where_the_processor_has_it(flags: list[str], without: set[Candidate]) -> None:
    assert set(Candidate) - set(suited(flags)) == without
