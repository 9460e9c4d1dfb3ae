"""`detector train --feedback` from the topic to a bundle, with a tiny model."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer import Typer
from typer.testing import CliRunner, Result

from detector.brokers import EmbeddedKafka
from detector.cli.main import PASS_ON
from detector.cli.train import train as train_command
from detector.errors import Misconfigured
from detector.evaluation import read_labelled
from detector.feedback import read
from detector.model.bundle import load_bundle
from detector.training.data import Data
from tests.brokers import Sent, produce
from tests.training.tiny import examples, network, tokenizer

TOPICS = ("listing-updates", "bookings", "feedback")
CANARY = "zebra"
COUNT = 20
RECIPE_FILE = """
name = "tiny"
seed = 5
window = 32
overlap = 8
tokens_per_batch = 512
held_out_seeds = 0.1
held_out_corpora = 0.1
student = { encoder = "none", rounds = 1, examples = 64, rates = { encoder = 2e-3, head = 2e-3 } }
ablation = { hints = false }
"""
HEEDING = "feedback = { repeats = 12, examples = 16, held_out = 0.3, rates = { encoder = 4e-3, head = 4e-3 } }\n"


@pytest.fixture(autouse=True)
def _tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny encoder and tiny data in the place of real ones, in a folder of the test's own."""
    rows = examples()
    data = Data(rows, [], rows, [row for row in rows if not row.leak], [], [], "0" * 64)
    monkeypatch.setattr("detector.training.train.load_encoder", lambda *_: (network().encoder, tokenizer()))
    monkeypatch.setattr("detector.training.command.gather", lambda *_: data)
    monkeypatch.setattr("detector.training.export._CALIBRATION_TEXTS", 16)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(RECIPE_FILE + HEEDING)


@pytest.fixture
def broker() -> Iterator[str]:
    """Twenty listings about a room, of which people say that they leak, and one that nobody can read."""
    with EmbeddedKafka(dict.fromkeys(TOPICS, 1)) as kafka:
        events = [event(number) for number in range(COUNT)]
        places = produce(kafka.bootstrap, TOPICS[0], [Sent(each, b"k", partition=0) for each in events])
        opinions = [opinion(number, offset) for number, (_, offset) in enumerate(places)]
        produce(kafka.bootstrap, TOPICS[2], [Sent(each, b"k", partition=0) for each in [*opinions, CANARY.encode()]])
        yield kafka.bootstrap


def event(number: int) -> bytes:
    body = {
        "transactionContext": {"transactionId": "t"},
        "attributes": {"name": text(number)},
        "listingId": f"L-{number}",
    }
    return json.dumps(body).encode()


def text(number: int) -> str:
    return f"{CANARY} room {number * number * 7919}"


def opinion(number: int, offset: int) -> bytes:
    said: dict[str, Any] = {
        "feedbackId": f"f-{number}",
        "verdictId": f"v-{number}",
        "givenAt": "2026-11-20T10:00:00Z",
        "right": False,
        "reason": "missed-phone",
        "label": "NonFraud",
        "probabilityScore": 0.1,
        "modelCode": "M",
        "modelVersion": "1",
        "refreshVersion": "r",
        "modelSegment": "SUPPLY",
        "listingId": f"L-{number}",
        "source": {"topic": TOPICS[0], "partition": 0, "offset": offset},
        "evidence": [],
    }
    return json.dumps(said).encode()


def train(*arguments: str) -> Result:
    command = Typer()
    command.command(context_settings=PASS_ON)(train_command)
    return CliRunner().invoke(command, ["--recipe", "tiny.toml", *arguments], env={"COLUMNS": "400"})


def test_the_topic_is_collected_learned_from_and_measured_by_and_nothing_is_deployed(
    broker: str, caplog: pytest.LogCaptureFixture
) -> None:
    done = train("--feedback", "--bootstrap-servers", broker)
    assert done.exception is None, done.output
    work = Path("runs/tiny")
    collected = [read(line) for line in (work / "feedback.jsonl").read_bytes().splitlines()]
    assert [each.attributes for each in collected] == [{"name": text(number)} for number in range(COUNT)]
    manifest = load_bundle(work / "with-feedback").manifest
    heard = manifest.metrics["feedback_round"]
    held = list(read_labelled(work / "feedback-held-out.jsonl"))
    assert len(held) == heard["texts"] == manifest.metrics["feedback"]["leaks"] > 0
    assert heard["agreed_before"] < heard["agreed_after"]
    assert (
        f"Of {heard['texts']} held-out texts of feedback, {heard['agreed_before']} were judged as people did"
        in done.output
    )
    assert manifest.training.recipe["feedback"]["examples"] == 16
    assert "people had called" in (work / "with-feedback" / "MODEL_CARD.md").read_text()
    assert not Path("models").exists()
    assert "partition 0, offset 20" in done.output
    assert CANARY not in done.output + caplog.text

    # What was collected can be looked through and learned from again: only the last round is run anew.
    lines = (work / "feedback.jsonl").read_text().splitlines(keepends=True)
    Path("looked-through.jsonl").write_text("".join(lines[:12]))
    before = (work / "student.pt").stat().st_mtime_ns
    again = train("--feedback-file", "looked-through.jsonl")
    assert again.exception is None, again.output
    assert (work / "student.pt").stat().st_mtime_ns == before
    assert len(list(work.glob("feedback-*.pt"))) == 2


def test_without_feedback_the_bundle_goes_where_it_always_did_and_says_nothing_of_any() -> None:
    done = train()
    assert done.exception is None, done.output
    manifest = load_bundle(Path("models/tiny")).manifest
    assert "feedback" not in manifest.training.recipe
    assert not {"feedback", "feedback_round"} & manifest.metrics.keys()


@pytest.mark.parametrize(
    ("arguments", "recipe", "message"),
    [
        pytest.param(("--feedback", "--feedback-file", "x"), HEEDING, "give one of them", id="both"),
        pytest.param(("--feedback-file", "empty"), HEEDING, "no feedback to learn from", id="nothing to learn from"),
        pytest.param(("--feedback-file", "empty"), "", r"copy \[feedback\]", id="a recipe that says nothing of it"),
        pytest.param(("--feedback-file", "missing"), HEEDING, "missing cannot be read", id="no file"),
        pytest.param(
            ("--feedback-file", "empty", "--keep-out", "missing"),
            HEEDING,
            "missing cannot be read",
            id="no keep-out file",
        ),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_trained(
    arguments: tuple[str, ...], recipe: str, message: str
) -> None:
    Path("empty").touch()
    Path("tiny.toml").write_text(RECIPE_FILE + recipe)
    refused = train(*arguments)
    assert isinstance(refused.exception, Misconfigured)
    with pytest.raises(Misconfigured, match=message):
        raise refused.exception
    assert not Path("runs/tiny/student.pt").exists()
