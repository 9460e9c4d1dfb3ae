"""Labelled files in, tables and JSON out."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from detector.evaluation import as_json, evaluate, read_labelled, show
from detector.evaluation.judging import scorer_judge
from detector.events import EventKind
from detector.scoring import KeywordScorer

THRESHOLDS = {EventKind.LISTING_UPDATE: 0.5, EventKind.BOOKING: 0.5}


def test_reads_kinds_spans_and_ignores_members_it_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    full = {
        "id": "1",
        "text": "hi @you",
        "label": "Fraud",
        "kind": "booking",
        "lang": "en",
        "spans": [[3, 7, "social"]],
    }
    path.write_text(json.dumps(full) + "\n\n" + json.dumps({"text": "hi", "label": "NonFraud"}) + "\n")
    first, second = read_labelled(path)
    assert (first.kind, first.spans, first.leak) == (EventKind.BOOKING, ((3, 7),), True)
    assert (second.kind, second.spans, second.leak) == (EventKind.LISTING_UPDATE, (), False)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "secret words", "label": "maybe"}', r"rows\.jsonl:1: label: "),
        ('{"label": "Fraud"}', r"rows\.jsonl:1: text: "),
        ('{"text": ', r"rows\.jsonl:1: not JSON"),
    ],
)
def test_a_row_that_does_not_fit_is_named_without_its_text(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(line)
    with pytest.raises(ValueError, match=message) as caught:
        list(read_labelled(path))
    assert "secret" not in str(caught.value)


def test_the_pipelines_path_can_be_judged_and_the_report_is_shown_and_serialised(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"text": "mail anna@example.com", "label": "Fraud", "family": "plain-email"}))
    report = evaluate(read_labelled(path), scorer_judge(KeywordScorer()), THRESHOLDS)
    console = Console(width=120, record=True, file=StringIO())
    show(report, console)
    assert "plain-email" in console.export_text()
    assert json.loads(json.dumps(as_json(report)))["by_family"]["plain-email"]["true_positives"] == 1
