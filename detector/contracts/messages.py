"""One JSON Schema (draft 2020-12) per message."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from detector.contracts import examples
from detector.deadletters import headers
from detector.errors import Reason, Stage
from detector.events import Event
from detector.feedback import Feedback
from detector.offenders import Escalation
from detector.verdicts import Verdict

EVENT_FILE = "event.v1.json"
VERDICT_FILE = "verdict.v1.json"
DEAD_LETTER_FILE = "dead_letter.v1.json"
ESCALATION_FILE = "escalation.v1.json"
FEEDBACK_FILE = "feedback.v1.json"

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_EVENT = """A listing update or a booking message whose texts are to be judged, as JSON in UTF-8.

Members that are not listed here are ignored, so producers may add some first. Beyond what a schema can say: no NUL
characters, no unpaired surrogates, no member name twice in one object, eventTime with a zone, and no more bytes than
the worker's max_event_bytes (1 MiB unless set otherwise). What breaks one of these rules becomes a dead letter. A
record with a key and a null value is a tombstone: what was listed under that key no longer exists."""
_VERDICT = """One judgement on one event. It never repeats the event's text.

Members that are absent have no value; null is never written. New members may be added: a reader ignores those it does
not know. Offsets in the evidence are half-open and count Unicode code points of the original attribute text."""
_DEAD_LETTER = """The headers of a dead letter, all UTF-8 text, named as Kafka Connect names them.

Key, value and timestamp are those of the record that could not be judged, byte for byte; its own headers stand beside
these. None of these values quotes the event's text."""
_ESCALATION = """A partner, or a listing without a known partner, that crossed a rule: too many violations in one window.

All times are event times. The window is half-open: it begins after `at` minus the rule's length and ends with `at`. What
was counted stays counted when a text is mended, `open` alone goes down. The same crossing may be told more than once,
always under the same `escalationId`. Members that are absent have no value; null is never written. New members may be
added: a reader ignores those it does not know."""

_FEEDBACK = """What one person says of one verdict: right or wrong, and why.

The newest of one `verdictId` counts. `reason` fits the label: of a Fraud verdict that is wrong it names what was taken for a
leak, of a NonFraud one what was missed; `wrong-place` says that the label is right and the evidence is not. Whoever has a
key to the console can write one, so it is an opinion, not a fact. Note and `attributes` may hold personal data. Members that
are absent have no value; null is never written. New members may be added: a reader ignores those it does not know."""


def json_schemas() -> dict[str, dict[str, Any]]:
    """File name to schema."""
    return {
        EVENT_FILE: _document(
            EVENT_FILE,
            "Event",
            _EVENT,
            [examples.as_json(examples.listing_update()), examples.as_json(examples.booking())],
            Event.model_json_schema(schema_generator=_Plain, mode="validation"),
        ),
        VERDICT_FILE: _document(
            VERDICT_FILE,
            "Verdict",
            _VERDICT,
            [examples.as_json(examples.verdict())],
            Verdict.model_json_schema(schema_generator=_NeverNull, mode="serialization"),
        ),
        DEAD_LETTER_FILE: _document(
            DEAD_LETTER_FILE,
            "Dead-letter headers",
            _DEAD_LETTER,
            [examples.dead_letter_headers()],
            _dead_letter_headers(),
        ),
        ESCALATION_FILE: _document(
            ESCALATION_FILE,
            "Escalation",
            _ESCALATION,
            [examples.as_json(examples.escalation())],
            Escalation.model_json_schema(schema_generator=_NeverNull, mode="serialization"),
        ),
        FEEDBACK_FILE: _document(
            FEEDBACK_FILE,
            "Feedback",
            _FEEDBACK,
            [examples.as_json(examples.feedback())],
            Feedback.model_json_schema(schema_generator=_NeverNull, mode="serialization"),
        ),
    }


def _document(file: str, title: str, description: str, instances: list[Any], schema: dict[str, Any]) -> dict[str, Any]:
    identity = f"urn:contact-leak-detector:schema:{file.removesuffix('.json')}"
    head = {"$schema": _DIALECT, "$id": identity, "title": title, "description": description}
    return {**head, **{name: part for name, part in schema.items() if name not in head}, "examples": instances}


class _Plain(GenerateJsonSchema):
    """Without a title per member, which would only repeat the member's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base class asks per member
        return False


class _NeverNull(_Plain):
    """For messages that leave out what has no value instead of writing null."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def _dead_letter_headers() -> dict[str, Any]:
    decimal = {"type": "string", "pattern": "^(0|[1-9][0-9]*)$"}
    members: dict[str, dict[str, Any]] = {
        headers.TOPIC: {"type": "string", "minLength": 1, "description": "Topic that the record was read from."},
        headers.PARTITION: {**decimal, "description": "Its partition, decimal."},
        headers.OFFSET: {**decimal, "description": "Its offset, decimal."},
        headers.STAGE: {
            "enum": [stage.value.upper() for stage in Stage],
            "description": "Where in the flow it was found to be unjudgeable.",
        },
        headers.ERROR_CLASS: {"type": "string", "description": "Class of the error, for viewers that group by it."},
        headers.ERROR_MESSAGE: {"type": "string", "description": "The member at fault, and what is wrong with it."},
        headers.REASON: {
            "enum": [reason.value for reason in Reason],
            "description": "The same, out of a closed set.",
        },
    }
    return {"type": "object", "properties": members, "required": list(members)}
