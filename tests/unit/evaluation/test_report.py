"""REPORT.md: what it says, what it never quotes, and that equal judgements make equal files."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from detector.cli.models import default_bundle
from detector.errors import Misconfigured
from detector.evaluation import Group, Judged, Labelled, Result, extras, judged, result_of
from detector.evaluation.card import CARD
from detector.evaluation.report import write_report
from detector.evaluation.report.markdown import literal, table
from detector.evaluation.report.mistakes import MOST
from detector.events import EventKind
from detector.model.bundle import load_bundle
from detector.model.manifest import Manifest
from detector.scoring import MODEL, RECOGNISER, Span
from tests.tiny_bundle import write_tiny_bundle

THRESHOLDS = dict.fromkeys(EventKind, 0.5)
TODAY = date(2026, 11, 21)
POINT = {"threshold": 0.5, "precision": 0.9, "recall": 0.8, "false_alarms": 0.01}

pytest.importorskip("matplotlib")


def judge(text: str) -> tuple[float, Sequence[Span]]:
    """Calls every text with a digit, and says that rule and model both saw the first."""
    digits = [index for index, char in enumerate(text) if char.isdigit()]
    if not digits:
        return 0.1, []
    return 0.8, [Span("phone", digits[0], digits[-1] + 1, 0.9, (MODEL, RECOGNISER))]


def row(text: str, label: str, number: int = 1, **others: object) -> Labelled:
    return Labelled.model_validate({"text": text, "label": label, "where": f"rows.jsonl:{number}", **others})


ROWS = [
    row("call 555", "Fraud", 1, spans=[[5, 8]], category="phone", family="P05", lang="nl"),
    row("room 12", "NonFraud", 2, family="N08", lang="en"),
    row("write *me* secretly", "Fraud", 3, spans=[[6, 10]], category="solicitation", family="C08", kind="booking"),
    row("nice", "NonFraud", 4),
]


def result(name: str = "Tiny", rows: Sequence[Labelled] = ROWS, *, own: bool = True) -> Result:
    group = Group("exam", rows, own=own)
    return result_of(name, group, judged(rows, judge), THRESHOLDS)


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    def add(members: dict[str, dict[str, object]]) -> None:
        members["training"]["recipe"] = {"unseen": {"families": ["P05"], "languages": ["nl"]}}
        members["metrics"] = {"threshold_curve": {"BOOKING": [POINT]}, "parity": {"flips": 0.00073}}

    return load_bundle(write_tiny_bundle(tmp_path_factory.mktemp("tiny"), add)).manifest


def written(folder: Path, manifest: Manifest, *groups: Judged) -> str:
    return write_report(folder, manifest, groups, TODAY).read_text(encoding="utf-8")


def test_the_report_says_who_was_judged_when_and_with_which_figures(tmp_path: Path, manifest: Manifest) -> None:
    report = written(tmp_path, manifest, Judged(result()))
    assert report.startswith("# How good Tiny/1.0/v20261121 is")
    assert "Measured on 2026-11-21" in report
    assert "| **exam** | 4 | 2 | 0.500 (0.000 to 1.000) |" in report
    assert "| parity, flips | 0.00073 |" in report


def test_the_model_card_stands_beside_the_report_of_a_trained_bundle(tmp_path: Path, manifest: Manifest) -> None:
    written(tmp_path / "tiny", manifest, Judged(result()))
    assert not (tmp_path / "tiny" / CARD).exists()
    shipped = load_bundle(default_bundle())
    written(tmp_path / "shipped", shipped.manifest, Judged(result()))
    card = (tmp_path / "shipped" / CARD).read_text(encoding="utf-8")
    assert shipped.manifest.training.dataSha256 in card
    assert shipped.manifest.modelVersion in card.splitlines()[0]


def test_every_picture_that_the_report_shows_is_there(tmp_path: Path, manifest: Manifest) -> None:
    report = written(tmp_path, manifest, Judged(result(), [result("regular expressions")]))
    shown = {line.partition("](")[2].rstrip(")") for line in report.splitlines() if line.startswith("![")}
    assert len(shown) == 4
    assert shown == {path.name for path in tmp_path.glob("*.png")}
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in shown)


def test_families_and_languages_that_were_kept_out_of_training_are_marked(tmp_path: Path, manifest: Manifest) -> None:
    report = written(tmp_path, manifest, Judged(result()))
    assert "| P05 \\* | tags or brackets between digits | 1 | 1 | 1.000 |" in report
    assert "| C08 | steering off the platform | 1 | 0 | 0.000 |" in report
    assert "| nl \\* | 1 |" in report
    assert "| N08 | wifi and door codes | 1 | 1 | 1.000 |" in report


def test_it_says_who_found_the_evidence(tmp_path: Path, manifest: Manifest) -> None:
    assert "| model and recogniser | 2 | 1 | 0.500 |" in written(tmp_path, manifest, Judged(result()))


def test_judges_stand_in_one_table_and_one_that_shows_no_evidence_has_no_overlap(
    tmp_path: Path, manifest: Manifest
) -> None:
    group = Group("exam", ROWS, own=True)
    silent = result_of("silent", group, judged(ROWS, lambda _: (0.9, ())), THRESHOLDS)
    report = written(tmp_path, manifest, Judged(result(), [silent]))
    assert "| silent | 0.500 | 1.000 | 0.667 | 1.000 | - |" in report
    assert "| Tiny | 0.500 | 0.500 | 0.500 | 0.500 | 0.500 |" in report


def test_the_projects_own_mistakes_are_quoted_with_the_place_in_bold(tmp_path: Path, manifest: Manifest) -> None:
    report = written(tmp_path, manifest, Judged(result()))
    assert "> write **\\*me\\*** secretly" in report
    assert "> room **12**" in report


def test_other_texts_are_named_by_file_and_line_and_never_quoted(tmp_path: Path, manifest: Manifest) -> None:
    report = written(tmp_path, manifest, Judged(result(own=False)))
    assert "- rows.jsonl:3: 0.100" in report
    assert "- rows.jsonl:2: 0.800" in report
    assert "secretly" not in report
    assert "room" not in report


def test_no_more_mistakes_are_listed_than_a_person_reads(tmp_path: Path, manifest: Manifest) -> None:
    rows = [row(f"write me {'x' * number}", "Fraud", number) for number in range(MOST + 5)]
    report = written(tmp_path, manifest, Judged(result(rows=rows)))
    assert report.count("  > write me") == MOST
    assert "- and 5 more" in report


def test_a_long_text_is_cut_around_its_leak(tmp_path: Path, manifest: Manifest) -> None:
    text = "far before " * 100 + "write to me" + " long after" * 100
    report = written(tmp_path, manifest, Judged(result(rows=[row(text, "Fraud", spans=[[1100, 1111]])])))
    assert "before **write to me** long" in report
    assert text not in report


@pytest.mark.parametrize("rows", [[], ROWS[1::2], ROWS[::2]], ids=["no texts", "no leaks", "no clean texts"])
@pytest.mark.filterwarnings("error")
def test_there_is_a_report_on_whatever_was_judged(tmp_path: Path, manifest: Manifest, rows: list[Labelled]) -> None:
    assert "## On the exam texts" in written(tmp_path, manifest, Judged(result(rows=rows), [result("other", rows)]))


def test_equal_judgements_make_equal_files(tmp_path: Path, manifest: Manifest) -> None:
    one = result()
    for folder in ("left", "right"):
        written(tmp_path / folder, manifest, Judged(one))
    left, right = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("left", "right"))
    assert left == right


def test_without_matplotlib_the_extra_is_named(
    tmp_path: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda name: None)
    with pytest.raises(Misconfigured, match=r"matplotlib: install the extra .*\[report\]"):
        write_report(tmp_path / "report", manifest, [Judged(result())], TODAY)
    assert not (tmp_path / "report").exists()


def test_any_text_is_shown_as_what_it_is() -> None:
    assert literal("a *b*\n<b>_c_ | `d`") == "a \\*b\\* &lt;b&gt;\\_c\\_ \\| \\`d\\`"


def test_a_table_shows_what_is_not_known_as_a_dash() -> None:
    assert table(("name", "number"), [("one", None)]) == "| name | number |\n| --- | ---: |\n| one | - |"
