"""`detector score` and `detector evaluate`, as a user runs them, on a model of a few kilobytes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from detector.cli.main import app
from tests.tiny_bundle import write_tiny_bundle

LEAK, CLEAN = "ring me on 07 70 09 00 12 34 56", "the old harbour"


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "tiny")


def line(number: int, text: str, **more: object) -> str:
    body = {"transactionContext": {"transactionId": str(number)}, "attributes": {"description": text}, **more}
    return json.dumps(body) + "\n"


def detector(*arguments: object, given: str = "") -> Result:
    return CliRunner().invoke(app, [str(each) for each in arguments], input=given)


def test_events_from_a_pipe_become_verdicts_in_their_order(bundle: Path) -> None:
    given = "".join(line(number, LEAK if number % 3 == 0 else CLEAN) for number in range(300))
    done = detector("score", "--bundle", bundle, given=given)
    verdicts = [json.loads(each) for each in done.stdout.splitlines()]
    assert [each["transactionContext"]["transactionId"] for each in verdicts] == [str(n) for n in range(300)]
    assert [each["source"]["offset"] for each in verdicts] == list(range(300))
    labels = ["Fraud" if number % 3 == 0 else "NonFraud" for number in range(300)]
    assert [each["scoreDetails"]["label"] for each in verdicts] == labels


def test_verdicts_and_dead_letters_go_to_the_files_that_are_named(bundle: Path, tmp_path: Path) -> None:
    events, out, dead = tmp_path / "events.jsonl", tmp_path / "out.jsonl", tmp_path / "dead.jsonl"
    events.write_bytes(line(1, LEAK).encode() + b"not json\n\n" + b"\xff\n" + line(2, CLEAN).encode())
    done = detector("score", events, "-o", out, "--dead-letters", dead, "--bundle", bundle)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "2 lines could not be judged" in done.stderr
    assert [json.loads(each)["transactionContext"]["transactionId"] for each in out.read_text().splitlines()] == [
        "1",
        "2",
    ]
    first, second = map(json.loads, dead.read_text().splitlines())
    assert (first["offset"], first["value"], first["headers"]["detector.reason"]) == (1, "not json", "not-json")
    assert (second["offset"], second["valueBase64"], second["headers"]["detector.reason"]) == (3, "/w==", "not-utf8")


def test_an_operator_can_choose_another_threshold_for_each_kind_of_event(bundle: Path) -> None:
    given = line(1, LEAK) + line(2, LEAK, eventType="BOOKING")
    done = detector("score", "--bundle", bundle, "--listing-threshold", "1", given=given)
    listing, booking = (json.loads(each)["scoreDetails"] for each in done.stdout.splitlines())
    assert (listing["label"], listing["threshold"]) == ("NonFraud", 1.0)
    assert (booking["label"], booking["threshold"]) == ("Fraud", 0.5)


def test_the_kind_of_events_that_do_not_say_it_can_be_given(bundle: Path) -> None:
    given = line(1, CLEAN) + line(2, CLEAN, eventType="LISTING_UPDATE")
    done = detector("score", "--kind", "BOOKING", "--bundle", bundle, given=given)
    assert [json.loads(each)["modelSegment"] for each in done.stdout.splitlines()] == ["BOOKING", "SUPPLY"]


def test_any_number_of_bad_lines_pulls_no_brake(bundle: Path) -> None:
    done = detector("score", "--bundle", bundle, given="broken\n" * 2500)
    assert done.exit_code == 0
    assert "2500 lines could not be judged" in done.stderr


def test_one_text_is_shown_with_its_label_and_what_was_found(bundle: Path) -> None:
    done = detector("score", "--bundle", bundle, "--text", LEAK)
    assert done.stdout.startswith("Fraud")
    assert LEAK in done.stdout


def test_a_text_that_cannot_be_judged_is_refused_with_the_reason(bundle: Path) -> None:
    done = detector("score", "--bundle", bundle, "--text", "a\0b")
    assert done.exit_code == 2
    assert "contains a NUL character" in done.stderr


def test_a_file_that_is_not_there_is_named(bundle: Path) -> None:
    done = detector("score", "nowhere.jsonl", "--bundle", bundle)
    assert done.exit_code == 2
    assert "nowhere.jsonl cannot be read" in done.stderr


def test_evaluate_prints_the_figures_and_writes_them_on_request(bundle: Path, tmp_path: Path) -> None:
    rows = [
        {"text": LEAK, "label": "Fraud", "category": "phone", "spans": [[11, len(LEAK)]]},
        {"text": CLEAN, "label": "NonFraud"},
    ]
    labelled, figures = tmp_path / "rows.jsonl", tmp_path / "figures.json"
    labelled.write_text("".join(json.dumps(row) + "\n" for row in rows))
    done = detector("evaluate", labelled, "--json", figures, "--bundle", bundle)
    assert done.exit_code == 0
    assert "1.000" in done.stdout
    overall = json.loads(figures.read_text())["overall"]
    assert (overall["precision"], overall["recall"], overall["f1"]) == (1.0, 1.0, 1.0)
