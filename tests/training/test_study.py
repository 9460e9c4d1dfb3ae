"""The study: rows that differ in one thing, a table that grows, a teacher that is trained once."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import typer

from detector.training import study as study_module
from detector.training.data import Data
from detector.training.latencies import latencies
from detector.training.recipe import RECIPES, Distillation, Recipe
from detector.training.study import (
    TAUGHT,
    TEACHER,
    WHOLE,
    Row,
    average_precision,
    base_of,
    measured,
    note,
    study,
    taught,
    variants,
)
from detector.training.train import Trained
from tests.training.tiny import RECIPE, cut, examples, network, tokenizer

SHIPPED = Recipe.read(RECIPES / "leaks.toml")
BASE = base_of(SHIPPED, 600)
ROWS = variants(BASE, SHIPPED)


def changes(name: str) -> Mapping[str, Any]:
    """What a row's recipe says otherwise than the base's, members of members by their own names."""
    ours, theirs = ROWS[name].as_dict(), BASE.as_dict()
    found: dict[str, Any] = {}
    for member in {*ours, *theirs}:
        one, other = ours.get(member), theirs.get(member)
        if isinstance(one, dict) and isinstance(other, dict):
            found |= {key: one.get(key) for key in {*one, *other} if one.get(key) != other.get(key)}
        elif one != other:
            found[member] = one
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (WHOLE, {}),
        (f"{WHOLE}, seed 1", {"seed": BASE.seed + 1}),
        ("without text preparation", {"preparation": False}),
        ("without recognisers' hints", {"hints": False}),
        ("without look-alikes", {"lookalikes": False}),
        ("without disguises", {"disguises": False}),
        ("without the token head", {"token_weight": 0.0}),
        ("dropout 0.2", {"dropout": 0.2}),
        ("twice the examples", {"examples": 1200}),
        ("4 layers", {"layers": 4}),
        ("6 layers", {"layers": 6}),
        (TEACHER, {"encoder": "bge-small-en-v1.5", "layers": None, "rates": SHIPPED.as_dict()["teacher"]["rates"]}),
    ],
)
def test_a_row_changes_what_it_says_and_nothing_else(name: str, expected: Mapping[str, Any]) -> None:
    assert changes(name) == expected


def test_the_rows_with_a_stage_more_have_that_stage_alone() -> None:
    assert set(changes("after pretraining on masked tokens")) == {"pretraining"}
    assert set(changes(TAUGHT)) == {"teacher", "distillation"}


def test_the_base_is_taught_by_labels_alone_and_seen_once() -> None:
    assert (BASE.teacher, BASE.pretraining, BASE.mining) == (None, None, None)
    assert (BASE.student.rounds, BASE.student.examples) == (1, 600)


def test_the_row_that_is_taught_listens_to_the_model_of_the_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Data(examples(), examples(), examples()[:4], examples()[:4:2], (), (), "0" * 64)
    recipe = RECIPE.changed(teacher=RECIPE.student, distillation=Distillation(weight=0.9))
    monkeypatch.setattr(study_module, "load_bundle", lambda _: None)
    monkeypatch.setattr(study_module, "load_encoder", lambda *_: (network(3).encoder, tokenizer()))

    def weights(teacher: int) -> torch.Tensor:
        lesson = Trained(network(teacher).eval(), cut(), {})
        monkeypatch.setattr(study_module, "revived", lambda *_: lesson)
        folder = tmp_path / str(teacher)
        folder.mkdir(exist_ok=True)
        return next(taught(Path("bundle"), recipe, data, folder).network.encoder.parameters()).detach()

    assert not torch.equal(weights(1), weights(2))


def test_a_network_is_measured_at_the_threshold_that_calls_one_real_text_in_a_hundred() -> None:
    data = Data((), (), (), examples()[::2], examples(), examples()[1::2], "0" * 64)
    row = measured(WHOLE, BASE.student, 7, Trained(network().eval(), cut(), {}), data, 0.0)
    assert (row.layers, row.width, row.steps, row.examples) == (2, 32, 7, 600)
    assert row.alarms <= 1 / 12
    assert 0.0 <= row.f1 <= 1.0
    assert row.minutes > 0


def test_the_table_beside_the_file_has_a_line_for_each_row(tmp_path: Path) -> None:
    out = tmp_path / "study.jsonl"
    for name in (WHOLE, "4 layers"):
        note(Row(name, 3, 384, 0.1, 600, 30, 0.8, 0.7, 0.9, 0.6, 0.01, 2.5), out)
    assert [json.loads(line)["name"] for line in out.read_text().splitlines()] == [WHOLE, "4 layers"]
    head, rule, *rows = out.with_suffix(".md").read_text().splitlines()
    assert head.startswith("| name | layers |")
    assert set(rule) == set("| -")
    assert [row.split(" | ")[0] for row in rows] == [f"| {WHOLE}", "| 4 layers"]


def test_a_row_that_is_not_there_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(typer.BadParameter, match="no such row: five layers"):
        study(corpus=[], out=tmp_path / "study.jsonl", only=["five layers"])


@pytest.mark.parametrize(
    ("scores", "truth", "expected"),
    [
        pytest.param([3.0, 2.0, 1.0], [True, True, False], 1.0, id="all leaks before all others"),
        pytest.param([3.0, 2.0, 1.0], [False, True, False], 0.5, id="one before it"),
        pytest.param([3.0, 2.0, 1.0], [True, False, True], (1 + 2 / 3) / 2, id="one between"),
        pytest.param([3.0], [False], 0.0, id="no leak"),
    ],
)
def test_average_precision_is_the_mean_over_leaks(scores: list[float], truth: list[bool], expected: float) -> None:
    assert average_precision(np.array(scores), np.array(truth)) == pytest.approx(expected)


def test_every_size_is_timed_in_both_forms() -> None:
    times = latencies([1, 2], rounds=1, threads=1)
    sizes = ("1 layers", "2 layers", "6 layers of 512 neurons")
    assert set(times) == {f"{size}, {form}" for size in sizes for form in ("fp32", "int8")}
    assert min(times.values()) > 0
