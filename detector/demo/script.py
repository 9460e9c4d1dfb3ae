"""What the demo plays: the bundled events, or a file of the user's own."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any

import jiter
from pydantic import BaseModel, ConfigDict, ValidationError

from detector.errors import InvalidRecord, Misconfigured
from detector.events import decode

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Expectation(StrEnum):
    """What should come out for a step."""

    FRAUD = "Fraud"
    NON_FRAUD = "NonFraud"
    DEAD_LETTER = "dead-letter"
    TOMBSTONE = "tombstone"


@dataclass(frozen=True, slots=True)
class Step:
    """One record to produce; `texts` maps attribute to text and is empty when `value` is not an event.

    `topic` and `expect` are None where the file does not say. The contents stay out of `repr`.
    """

    topic: str | None
    key: bytes | None
    value: bytes | None = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    expect: Expectation | None


class _Envelope(BaseModel):
    """A line that says where its record goes; `raw` stands for a value that is not an event, and wins over `value`."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    topic: str | None = None
    key: str | None = None
    value: dict[str, Any] | None = None
    raw: str | None = None
    expect: Expectation | None = None


def bundled_steps() -> list[Step]:
    """The steps that come with the package, in the order in which they are played."""
    name = "events.jsonl"
    return list(_steps((resources.files("detector.demo") / name).read_bytes(), name))


def read_steps(path: Path) -> list[Step]:
    """The steps of a JSON lines file: bare events, envelopes as in the bundled file, or both; blank lines are skipped.

    An envelope has `value` (an event, or null for a tombstone) or `raw` (text that is not an event), and optionally
    `topic`, `key` and `expect`. A line that is not a JSON object is kept as it stands, for the worker to refuse.
    Raises `Misconfigured` when the file cannot be read or an envelope's member has the wrong type or name.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Misconfigured(
            f"{path} cannot be read ({error.strerror or type(error).__name__}): "
            "name a readable file with one JSON event per line"
        ) from None
    return list(_steps(content, str(path)))


def _steps(content: bytes, name: str) -> Iterator[Step]:
    for number, line in enumerate(content.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1):
        if line.strip():
            yield _step(line.removesuffix(b"\r"), f"{name}, line {number}")


def _step(line: bytes, place: str) -> Step:
    try:
        document = jiter.from_json(line, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return Step(None, None, line, {}, None)
    if "transactionContext" not in document and document.keys() & {"value", "raw"}:
        return _enveloped(document, place)
    value = _compact(document)
    return Step(None, _own_key(document), value, _texts(value), None)


def _enveloped(document: dict[str, Any], place: str) -> Step:
    try:
        envelope = _Envelope.model_validate(document)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        raise Misconfigured(
            f"{place}: {_member(fault['loc'])} does not fit: an envelope has topic, key and raw (texts), value (an "
            f"event or null) and expect ({', '.join(Expectation)}), and nothing else"
        ) from None
    if envelope.raw is not None:
        value: bytes | None = envelope.raw.encode()
    else:
        value = None if envelope.value is None else _compact(envelope.value)
    key = None if envelope.key is None else envelope.key.encode()
    return Step(envelope.topic, key, value, _texts(value), envelope.expect)


def _member(location: tuple[int | str, ...]) -> str:
    """The member at fault; a name that is none of ours is not repeated, as it may be text."""
    return str(location[0]) if location[0] in _Envelope.model_fields else "a member with another name"


def _compact(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _texts(value: bytes | None) -> Mapping[str, str]:
    if value is None:
        return {}
    try:
        return decode(value).attributes
    except InvalidRecord:
        return {}


def _own_key(event: dict[str, Any]) -> bytes | None:
    """The id of what the event is about; where it names none, its transaction."""
    context = event.get("transactionContext")
    transaction = context.get("transactionId") if isinstance(context, dict) else None
    ids = (event.get("listingId"), event.get("bookingId"), transaction)
    return next((name.encode() for name in ids if isinstance(name, str) and name), None)
