"""The AsyncAPI document is one, and says what the code does."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from detector.cli.topics import create
from detector.contracts import asyncapi, json_schemas, write_schemas
from detector.settings import Settings
from tests.samples import LEAK, event, outcome_of, record

DOCUMENT = asyncapi()


def references(node: Any) -> Iterator[str]:
    """Every `$ref` at any depth."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def resolved(reference: str) -> Any:
    node: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        node = node[step]
    return node


def test_it_has_what_the_specification_requires() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    assert {"title", "version"} <= set(DOCUMENT["info"])
    assert all({"host", "protocol"} <= set(server) for server in DOCUMENT["servers"].values())
    assert all({"action", "channel"} <= set(operation) for operation in DOCUMENT["operations"].values())
    assert {operation["action"] for operation in DOCUMENT["operations"].values()} == {"send", "receive"}
    assert set(DOCUMENT) <= {
        "asyncapi",
        "id",
        "info",
        "servers",
        "defaultContentType",
        "channels",
        "operations",
        "components",
    }


def test_every_reference_inside_resolves() -> None:
    inside = [reference for reference in references(DOCUMENT) if reference.startswith("#/")]
    assert len(inside) > 20
    for reference in inside:
        resolved(reference)


def test_every_reference_to_a_file_names_one_that_is_written_beside_it(tmp_path: Path) -> None:
    written = {f"./{path.name}" for path in write_schemas(tmp_path)}
    outside = {reference for reference in references(DOCUMENT) if not reference.startswith("#/")}
    assert outside == {f"./{name}" for name in json_schemas()}
    assert outside < written


def test_an_operations_messages_are_those_of_its_channel() -> None:
    for operation in DOCUMENT["operations"].values():
        channel = operation["channel"]["$ref"]
        assert [each["$ref"] for each in operation["messages"]] == [
            f"{channel}/messages/{name}" for name in resolved(channel)["messages"]
        ]


def test_every_channel_is_read_or_written_and_every_message_is_a_channels() -> None:
    used = {operation["channel"]["$ref"] for operation in DOCUMENT["operations"].values()}
    assert used == {f"#/channels/{name}" for name in DOCUMENT["channels"]}
    sent = {each["$ref"] for channel in DOCUMENT["channels"].values() for each in channel["messages"].values()}
    assert sent == {f"#/components/messages/{name}" for name in DOCUMENT["components"]["messages"]}


@pytest.mark.parametrize(
    ("channel", "setting", "done"),
    [
        ("listingUpdates", "listing_topic", ["receive"]),
        ("bookings", "booking_topic", ["receive"]),
        ("verdicts", "verdict_topic", ["send", "receive"]),
        ("deadLetters", "dead_letter_topic", ["send"]),
        ("escalations", "escalation_topic", ["send"]),
        ("feedback", "feedback_topic", ["send"]),
    ],
)
def test_channels_are_the_settings_topics_read_or_written_as_the_commands_do(
    channel: str, setting: str, done: list[str]
) -> None:
    assert DOCUMENT["channels"][channel]["address"] == Settings.model_fields[setting].default
    actions = [
        operation["action"]
        for operation in DOCUMENT["operations"].values()
        if operation["channel"]["$ref"] == f"#/channels/{channel}"
    ]
    assert actions == done


@pytest.mark.parametrize(
    ("operation", "setting"),
    [("readListingUpdates", "group"), ("readBookings", "group"), ("readVerdicts", "escalation_group")],
)
def test_topics_are_read_by_the_group_of_the_command_that_reads_them(operation: str, setting: str) -> None:
    group = DOCUMENT["operations"][operation]["bindings"]["kafka"]["groupId"]
    assert group["default"] == Settings.model_fields[setting].default


def test_the_verdict_topic_is_compacted() -> None:
    assert "compact" in DOCUMENT["channels"]["verdicts"]["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"]


def test_escalations_are_a_history_of_90_days() -> None:
    kept = DOCUMENT["channels"]["escalations"]["bindings"]["kafka"]["topicConfiguration"]
    assert kept == {"cleanup.policy": ["delete"], "retention.ms": 90 * 24 * 60 * 60 * 1000}


def test_feedback_is_a_history_of_a_year() -> None:
    kept = DOCUMENT["channels"]["feedback"]["bindings"]["kafka"]["topicConfiguration"]
    assert kept == {"cleanup.policy": ["delete"], "retention.ms": 365 * 24 * 60 * 60 * 1000}


def test_topics_have_as_many_partitions_as_the_command_line_makes_them_with() -> None:
    made = inspect.signature(create).parameters["partitions"].default
    assert {channel["bindings"]["kafka"]["partitions"] for channel in DOCUMENT["channels"].values()} == {made}


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["messages"]))
def test_every_message_has_a_key_and_a_payload(name: str) -> None:
    message = DOCUMENT["components"]["messages"][name]
    assert message["bindings"]["kafka"]["key"]["type"] == "string"
    assert "payload" in message


@pytest.mark.parametrize("name", ["tombstone", "verdictTombstone"])
def test_a_tombstones_payload_is_null(name: str) -> None:
    assert DOCUMENT["components"]["messages"][name]["payload"] == {"type": "null"}


@pytest.mark.parametrize(
    ("message", "value"), [("verdict", event({"name": LEAK})), ("verdictTombstone", None)], ids=["verdict", "tombstone"]
)
def test_real_headers_are_what_the_document_says(message: str, value: bytes | None) -> None:
    headers = {name: (text or b"").decode() for name, text in outcome_of(record(value)).headers}
    schema = DOCUMENT["components"]["messages"][message]["headers"]
    Draft202012Validator(schema).validate(headers)
    assert set(schema["required"]) == set(headers)


def test_the_example_of_a_verdict_is_one() -> None:
    (example,) = DOCUMENT["components"]["messages"]["verdict"]["examples"]
    Draft202012Validator(json_schemas()["verdict.v1.json"]).validate(example["payload"])
    assert example["headers"]["detector.verdict-id"] == example["payload"]["verdictId"]
    assert json.dumps(example)


def test_the_example_of_an_escalation_is_one() -> None:
    message = DOCUMENT["components"]["messages"]["escalation"]
    (example,) = message["examples"]
    Draft202012Validator(json_schemas()["escalation.v1.json"]).validate(example["payload"])
    Draft202012Validator(message["headers"]).validate(example["headers"])
    assert example["headers"] == {
        "detector.escalation-id": example["payload"]["escalationId"],
        "detector.rule": example["payload"]["rule"]["name"],
    }
    assert example["payload"]["partnerId"] in message["bindings"]["kafka"]["key"]["examples"]


def test_the_example_of_feedback_is_one() -> None:
    message = DOCUMENT["components"]["messages"]["feedback"]
    (example,) = message["examples"]
    Draft202012Validator(json_schemas()["feedback.v1.json"]).validate(example["payload"])
    Draft202012Validator(message["headers"]).validate(example["headers"])
    assert example["headers"] == {
        "detector.feedback-id": example["payload"]["feedbackId"],
        "detector.verdict-id": example["payload"]["verdictId"],
    }


def test_real_headers_may_say_when_the_record_was_written() -> None:
    headers = dict(outcome_of(record(event(), timestamp_ms=1_763_632_800_123)).headers)
    described = DOCUMENT["components"]["messages"]["verdict"]["headers"]["properties"]
    assert set(headers) <= set(described)
