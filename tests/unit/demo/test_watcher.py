"""What the demo reads in an output topic."""

from typing import Any

import pytest
from confluent_kafka import Message

from detector.demo.board import Answer
from detector.demo.watcher import answer_of
from detector.framing import frame_of
from detector.outcomes import Outcome
from detector.verdicts import Verdict
from tests.samples import event, outcome_of, record


def message(outcome: Outcome, frame: bytes = b"") -> Message:
    headers: Any = list(outcome.headers)
    value = None if outcome.value is None else frame + outcome.value
    return Message(topic="out", key=outcome.key, value=value, headers=headers)


@pytest.mark.parametrize("frame", [b"", frame_of(7)], ids=["plain", "framed"])
def test_a_verdict_is_an_answer_to_the_record_that_it_names(frame: bytes) -> None:
    outcome = outcome_of(record(event(), 5))
    verdict = Verdict.model_validate_json(outcome.value or b"")
    assert answer_of(message(outcome, frame), is_letter=False) == Answer(outcome.position, verdict)


def test_a_tombstone_and_a_dead_letter_name_theirs_in_headers() -> None:
    gone, dead = outcome_of(record(None, 6)), outcome_of(record(b"bad", 7))
    assert answer_of(message(gone), is_letter=False) == Answer(gone.position)
    assert answer_of(message(dead), is_letter=True) == Answer(dead.position, reason="not-json")
