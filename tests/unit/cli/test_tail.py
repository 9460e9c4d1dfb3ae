"""What `detector tail` shows of a verdict in Schema Registry's wire format: the same as of a plain one."""

import json

import pytest
from confluent_kafka import Message

from detector.cli.tail import _line
from detector.framing import frame_of
from tests.samples import LEAK, event, outcome_of, record

VERDICT = outcome_of(record(event({"name": LEAK}))).value or b""


@pytest.mark.parametrize("frame", [b"", frame_of(7)], ids=["plain", "framed"])
def test_a_verdict_is_a_line(frame: bytes) -> None:
    line = _line(Message(value=frame + VERDICT), fraud_only=True, json=False)
    assert line is not None
    assert line.plain.startswith("Fraud")
    assert "phone@name" in line.plain


@pytest.mark.parametrize("frame", [b"", frame_of(7)], ids=["plain", "framed"])
def test_json_is_the_verdicts_own(frame: bytes) -> None:
    line = _line(Message(value=frame + VERDICT), fraud_only=False, json=True)
    assert line is not None
    assert json.loads(line.plain) == json.loads(VERDICT)
