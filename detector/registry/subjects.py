"""What is registered: the subjects of the topics, each with its schema and the mode that guards its next version.

Subjects are named by topic (`TopicNameStrategy`: `<topic>-value`), as the serializers of all languages do by default.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from detector.contracts.messages import ESCALATION_FILE, EVENT_FILE, VERDICT_FILE, json_schemas
from detector.settings import Settings

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


class Mode(StrEnum):
    """The rule that a subject's next version has to keep, in the registry's words.

    Events are written by many and read here: readers move first, and any stored event stays readable. Verdicts are written
    here and read by many: the writer moves first, and any reader goes on.
    """

    EVENTS = "BACKWARD_TRANSITIVE"
    ANSWERS = "FORWARD_TRANSITIVE"


@dataclass(frozen=True, slots=True)
class Subject:
    """One name in the registry and what belongs under it; `schema` is JSON Schema as text, the same for the same models."""

    name: str
    mode: Mode
    schema: str = field(repr=False)


def subjects(settings: Settings) -> list[Subject]:
    """All of a detector with these settings, those that are read first."""
    return [
        event_subject(settings.listing_topic),
        event_subject(settings.booking_topic),
        verdict_subject(settings),
        escalation_subject(settings),
    ]


def event_subject(topic: str) -> Subject:
    """Of a topic that holds events."""
    return Subject(_name(topic), Mode.EVENTS, _text(closed(json_schemas()[EVENT_FILE])))


def verdict_subject(settings: Settings) -> Subject:
    """Of the verdicts."""
    return Subject(_name(settings.verdict_topic), Mode.ANSWERS, _text(json_schemas()[VERDICT_FILE]))


def escalation_subject(settings: Settings) -> Subject:
    """Of the escalations."""
    return Subject(_name(settings.escalation_topic), Mode.ANSWERS, _text(json_schemas()[ESCALATION_FILE]))


def closed(schema: Any) -> Any:
    """The schema with every object closed to members that it does not name.

    Under an open one a registry refuses each new member, as data may hold another thing under that name already; and a
    producer's serializer lets misspelled names pass. Maps stay as they are.
    """
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(each) for name, each in schema.items()}
    is_closed = schema.get("type") == "object" and "properties" in schema
    return {"additionalProperties": False, **inner} if is_closed else inner


def _name(topic: str) -> str:
    return f"{topic}-value"


def _text(schema: Mapping[str, Any]) -> str:
    """The schema in draft 7, which every registry can compare; it says the same there.

    Without its examples, which change with every model: a new text is a new version.
    """
    rest = {name: part for name, part in schema.items() if name not in ("$schema", "$id", "$defs", "examples")}
    document = {"$schema": DRAFT_7, **rest, "definitions": schema["$defs"]}
    return json.dumps(document, sort_keys=True).replace('"#/$defs/', '"#/definitions/')
