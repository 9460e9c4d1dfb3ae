"""What a next version of a schema may change."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from detector.registry.subjects import Subject, escalation_subject, event_subject, verdict_subject
from detector.settings import Settings

Change = Callable[[dict[str, Any]], object]

SETTINGS = Settings()
EVENTS, VERDICTS, ESCALATIONS = (
    event_subject(SETTINGS.listing_topic),
    verdict_subject(SETTINGS),
    escalation_subject(SETTINGS),
)


def add_optional(schema: dict[str, Any]) -> None:
    schema["properties"]["newMember"] = {"type": "string"}


def add_required(schema: dict[str, Any]) -> None:
    add_optional(schema)
    schema["required"].append("newMember")


def add_within(schema: dict[str, Any]) -> None:
    name = next(name for name in schema["definitions"] if "properties" in schema["definitions"][name])
    add_optional(schema["definitions"][name])


def remove_optional(schema: dict[str, Any]) -> None:
    del schema["properties"]["listingId"]


def remove_required(schema: dict[str, Any]) -> None:
    del schema["properties"][schema["required"].pop(0)]


def retype(schema: dict[str, Any]) -> None:
    schema["properties"]["listingId"] = {"type": "integer"}


def reword(schema: dict[str, Any]) -> None:
    schema["description"] = "In other words."


def open_all(schema: dict[str, Any]) -> None:
    schema.pop("additionalProperties", None)


def next_version(subject: Subject, *changes: Change) -> Subject:
    schema = deepcopy(json.loads(subject.schema))
    for change in changes:
        change(schema)
    return replace(subject, schema=json.dumps(schema, sort_keys=True))
