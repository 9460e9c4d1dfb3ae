"""`detector evaluate`, as a user runs it, on a model of a few kilobytes and an exam of three texts."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detector.cli import evaluate as command
from detector.cli.main import app
from detector.evaluation import extras
from detector.training.seeds import parse_seeds
from tests.tiny_bundle import write_tiny_bundle

EXAM = """
@ listing en leak voice=ann
ring me on [[phone|P01|07 70 09 00 12 34 56]]
@ message en clean voice=bob hard=N08
the old harbour
"""
OTHERS = """
@ listing nl clean voice=cem
two quiet room
@ listing en clean voice=dan
the warm harbour
"""


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    seeds = [*parse_seeds(EXAM, "exam-1.txt"), *parse_seeds(OTHERS, "nl-1.txt")]
    monkeypatch.setattr("detector.training.seeds.read_seeds", lambda: seeds)
    monkeypatch.setenv("COLUMNS", "200")
    recipe = {"unseen": {"families": [], "languages": ["nl"]}}
    return write_tiny_bundle(tmp_path / "tiny", lambda manifest: manifest["training"].update(recipe=recipe))


def evaluate(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, arguments)])


def test_without_files_the_exam_is_judged_and_what_was_kept_out_of_training(bundle: Path, tmp_path: Path) -> None:
    done = evaluate("--bundle", bundle, "--json", tmp_path / "figures.json")
    assert done.exit_code == 0, done.output
    assert done.output.index("exam texts") < done.output.index("unseen texts")
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert (figures["overall"]["true_positives"], figures["overall"]["true_negatives"]) == (1, 1)
    assert figures["unseen"]["by_language"].keys() == {"nl"}


def test_files_are_judged_instead_of_the_exam(bundle: Path, tmp_path: Path) -> None:
    labelled = tmp_path / "rows.jsonl"
    labelled.write_text(json.dumps({"text": "the old room", "label": "NonFraud", "lang": "fr"}) + "\n")
    done = evaluate(labelled, "--bundle", bundle, "--json", tmp_path / "figures.json")
    assert done.exit_code == 0, done.output
    figures = json.loads((tmp_path / "figures.json").read_text())
    assert figures["by_language"].keys() == {"fr"}
    assert figures["overall"]["true_negatives"] == 1
    assert "unseen" not in figures


def test_baselines_stand_beside_the_model(bundle: Path, tmp_path: Path) -> None:
    done = evaluate("--bundle", bundle, "--baselines", "--json", tmp_path / "figures.json")
    assert "regular expressions" in done.output
    judges = json.loads((tmp_path / "figures.json").read_text())["judges"]
    assert judges.keys() >= {"Tiny", "regular expressions", "recognisers alone"}
    assert judges["regular expressions"]["milliseconds"] > 0


def test_the_report_bears_the_day_it_is_told(bundle: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    done = evaluate("--bundle", bundle, "--report", tmp_path / "report", "--date", "2026-11-21")
    assert done.exit_code == 0, done.output
    report = (tmp_path / "report" / "REPORT.md").read_text()
    assert "Measured on 2026-11-21" in report
    assert "## On the unseen texts" in report
    assert str(tmp_path) not in report


def test_other_thresholds_than_the_bundles_can_be_tried(bundle: Path, tmp_path: Path) -> None:
    done = evaluate("--bundle", bundle, "--listing-threshold", "1", "--report", tmp_path, "--json", tmp_path / "f.json")
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "f.json").read_text())["overall"]["true_positives"] == 0
    assert "from: LISTING_UPDATE 1.00, BOOKING 0.50" in (tmp_path / "REPORT.md").read_text()


def test_a_report_without_its_extra_is_refused_before_anything_is_judged(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    monkeypatch.setattr(command, "load_scorer", lambda settings: pytest.fail("loaded a model first"))
    done = evaluate("--bundle", bundle, "--report", tmp_path / "report")
    assert "contact-leak-detector[report]" in str(done.exception)


def test_a_line_that_does_not_fit_is_told_without_its_text(bundle: Path, tmp_path: Path) -> None:
    labelled = tmp_path / "rows.jsonl"
    labelled.write_text(json.dumps({"text": "secret words", "label": "maybe"}) + "\n")
    done = evaluate(labelled, "--bundle", bundle)
    assert done.exit_code == 2
    assert "rows.jsonl:1: label" in done.output
    assert "secret" not in done.output


def test_a_file_that_is_not_there_is_named(bundle: Path) -> None:
    done = evaluate("nowhere.jsonl", "--bundle", bundle)
    assert done.exit_code == 2
    assert "nowhere.jsonl cannot be read" in done.output
