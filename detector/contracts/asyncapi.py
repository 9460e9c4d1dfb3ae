"""The topics as an AsyncAPI 3.0.0 document: who reads and writes what, under which keys, headers and settings."""

from typing import Any

from detector import feedback, offenders, wire
from detector.contracts import examples
from detector.contracts.messages import DEAD_LETTER_FILE, ESCALATION_FILE, EVENT_FILE, FEEDBACK_FILE, VERDICT_FILE
from detector.operations.topics import topic_specs
from detector.outcomes import Outcome
from detector.settings import Settings

ASYNCAPI_FILE = "asyncapi.json"

_VERSION = "1.2.0"
_BINDING = "0.5.0"
_PARTITIONS = 4
_JSON_SCHEMA = "application/schema+json;version=draft-2020-12"
_CONTEXT = (
    "W3C trace context of the event: copied from it, or that of the worker's own span below it where traces are on. "
    "Continue from here."
)
_TRACE_HEADERS = {
    "traceparent": {"type": "string", "description": _CONTEXT},
    "tracestate": {"type": "string", "description": "Goes with traceparent."},
    "baggage": {"type": "string", "description": "W3C baggage, copied from the event."},
}
_WRITTEN_HEADER = {
    wire.SOURCE_TIMESTAMP: {
        "type": "string",
        "description": "Timestamp of the record that was judged, milliseconds since 1970, where its log has one.",
    }
}
# Written out in every message: the specification's own schema takes no reference here.
_KEY = {
    "type": "string",
    "description": "The listing's or booking's id. One key has one order, and compaction keeps its newest verdict.",
    "examples": ["L-42", "B-1001"],
}
_OFFENDER_KEY = {
    "type": "string",
    "description": "The partner's id, or the listing's where no partner is known.",
    "examples": ["P-7", "L-42"],
}
_FEEDBACK_KEY = {
    "type": "string",
    "description": "The listing's id, or the verdict's where no listing is known.",
    "examples": ["L-42", "9f0c2a7d5b1e4c8f9a3d6e2b7c4f1a08"],
}


def asyncapi() -> dict[str, Any]:
    """The document; topics are named as the settings name them by default."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:contact-leak-detector",
        "info": {
            "title": "Contact leak detector",
            "version": _VERSION,
            "description": "Judges listing updates and booking messages for leaked direct-contact information, and "
            "tells which partners keep leaking.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrapServers}",
                "protocol": "kafka",
                "description": "Your cluster. Protocol and credentials are librdkafka properties of the worker.",
                "variables": {"bootstrapServers": {"default": _default("bootstrap_servers")}},
            }
        },
        "channels": _channels(),
        "operations": _operations(),
        "components": {"messages": _messages()},
    }


def _channels() -> dict[str, Any]:
    return {
        "listingUpdates": _channel("listing_topic", ["listingUpdate", "tombstone"]),
        "bookings": _channel("booking_topic", ["booking", "tombstone"]),
        "verdicts": _channel("verdict_topic", ["verdict", "verdictTombstone"]),
        "deadLetters": _channel("dead_letter_topic", ["deadLetter"]),
        "escalations": _channel("escalation_topic", ["escalation"]),
        "feedback": _channel("feedback_topic", ["feedback"]),
    }


def _topic_configuration(topic: str) -> dict[str, Any]:
    """What `detector topics create` sets, in the binding's types."""
    (spec,) = (spec for spec in topic_specs(Settings.model_construct()) if spec.name == topic)
    return {
        name: value.split(",") if name == "cleanup.policy" else int(value)
        for name, value in {"cleanup.policy": "delete", **spec.config}.items()
    }


def _channel(setting: str, messages: list[str]) -> dict[str, Any]:
    return {
        "address": _default(setting),
        "description": Settings.model_fields[setting].description,
        "servers": [_reference("servers", "kafka")],
        "messages": {name: _reference("components", "messages", name) for name in messages},
        "bindings": {
            "kafka": {
                "partitions": _PARTITIONS,
                "topicConfiguration": _topic_configuration(_default(setting)),
                "bindingVersion": _BINDING,
            }
        },
    }


def _operations() -> dict[str, Any]:
    return {
        "readListingUpdates": _read("listingUpdates", "group", "Judge every text of a listing update."),
        "readBookings": _read("bookings", "group", "Judge every text of a booking message."),
        "writeVerdicts": _write("verdicts", "One verdict or tombstone per record that could be judged."),
        "writeDeadLetters": _write("deadLetters", "Every record that could not be judged, as it came."),
        "readVerdicts": _read("verdicts", "escalation_group", "Count violations, and what was mended, by partner."),
        "writeEscalations": _write("escalations", "One escalation for each rule that a partner crosses."),
        "writeFeedback": _write("feedback", "What somebody says of a verdict in the console."),
    }


def _read(channel: str, group: str, summary: str) -> dict[str, Any]:
    """Done by the consumer group that a setting names."""
    named = {"type": "string", "default": _default(group)}
    return {
        **_operation("receive", channel, summary),
        "bindings": {"kafka": {"groupId": named, "bindingVersion": _BINDING}},
    }


def _write(channel: str, summary: str) -> dict[str, Any]:
    return _operation("send", channel, summary)


def _operation(action: str, channel: str, summary: str) -> dict[str, Any]:
    return {
        "action": action,
        "channel": _reference("channels", channel),
        "summary": summary,
        "messages": [_reference("channels", channel, "messages", name) for name in _channels()[channel]["messages"]],
    }


def _messages() -> dict[str, Any]:
    listing, booking = examples.as_json(examples.listing_update()), examples.as_json(examples.booking())
    verdict, gone = examples.verdict_message(), examples.tombstone_message()
    letter = examples.dead_letter_message()
    null = {"type": "null"}
    return {
        "listingUpdate": _message("A listing was created or changed", _file(EVENT_FILE), [{"payload": listing}]),
        "booking": _message("A guest or a host wrote a message", _file(EVENT_FILE), [{"payload": booking}]),
        "tombstone": _message("What was listed under the key no longer exists", null),
        "verdict": {
            **_message("The judgement on one event", _file(VERDICT_FILE), [_example(verdict)]),
            "headers": _headers(verdict),
        },
        "verdictTombstone": {
            **_message("Takes the verdicts under the key back", null, [{"headers": examples.headers_of(gone)}]),
            "headers": _headers(gone),
        },
        "deadLetter": {
            **_message("A record that could not be judged", {"description": "The record's value, byte for byte."}),
            "contentType": "application/octet-stream",
            "headers": _file(DEAD_LETTER_FILE),
            "examples": [{"headers": examples.headers_of(letter)}],
        },
        "escalation": {
            **_message("An offender crossed a rule", _file(ESCALATION_FILE), [_escalation_example()], _OFFENDER_KEY),
            "headers": _escalation_headers(),
        },
        "feedback": {
            **_message("An opinion of a verdict", _file(FEEDBACK_FILE), [_feedback_example()], _FEEDBACK_KEY),
            "headers": _feedback_headers(),
        },
    }


def _message(
    summary: str,
    payload: dict[str, Any],
    instances: list[dict[str, Any]] | None = None,
    key: dict[str, Any] = _KEY,
) -> dict[str, Any]:
    message = {
        "summary": summary,
        "payload": payload,
        "bindings": {"kafka": {"key": key, "bindingVersion": _BINDING}},
    }
    return {**message, "examples": instances} if instances else message


def _example(outcome: Outcome) -> dict[str, Any]:
    return {"headers": examples.headers_of(outcome), "payload": examples.as_json(examples.verdict())}


def _escalation_example() -> dict[str, Any]:
    told = examples.escalation()
    return {"headers": examples.headers_of(told.message), "payload": examples.as_json(told)}


def _escalation_headers() -> dict[str, Any]:
    described = {
        offenders.ESCALATION_ID: "The escalation's id: same whenever the same crossing is told again.",
        offenders.RULE: "Name of the rule that was crossed.",
    }
    return _all_of(described)


def _feedback_example() -> dict[str, Any]:
    given = examples.feedback()
    return {"headers": examples.headers_of(given.message), "payload": examples.as_json(given)}


def _feedback_headers() -> dict[str, Any]:
    described = {
        feedback.FEEDBACK_ID: "The feedback's id: same if the record is written twice.",
        wire.VERDICT_ID: "Id of the verdict that it is about; the newest feedback on it counts.",
    }
    return _all_of(described)


def _all_of(described: dict[str, str]) -> dict[str, Any]:
    members = {name: {"type": "string", "description": meaning} for name, meaning in described.items()}
    return {"type": "object", "properties": members, "required": list(members)}


def _headers(outcome: Outcome) -> dict[str, Any]:
    """The headers that this kind of outcome always has, and the trace context that it may have."""
    described = {
        wire.VERDICT_ID: "The verdict's id: same on every retry, new for another record or another model.",
        wire.MODEL: "Code, version and refresh version of the model, divided by slashes.",
        wire.SOURCE: "Topic, partition and offset of the record that was judged, divided by slashes.",
        wire.LABEL: "Fraud or NonFraud.",
    }
    written = [name for name, _ in outcome.headers if name in described]
    always = {name: {"type": "string", "description": described[name]} for name in written}
    return {"type": "object", "properties": {**always, **_WRITTEN_HEADER, **_TRACE_HEADERS}, "required": written}


def _file(name: str) -> dict[str, Any]:
    return {"schemaFormat": _JSON_SCHEMA, "schema": {"$ref": f"./{name}"}}


def _reference(*path: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(path)}


def _default(setting: str) -> str:
    return str(Settings.model_fields[setting].default)
