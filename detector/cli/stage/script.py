"""What a demo plays: events as they are, or in an envelope that says more."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from detector.cli.routing import route
from detector.errors import Misconfigured
from detector.settings import Settings

Expectation = Literal["Fraud", "NonFraud", "dead-letter", "tombstone"]


class Envelope(BaseModel):
    """A demo line that is more than an event."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    topic: str | None = None
    key: str | None = None
    value: dict[str, Any] | None = None
    raw: str | None = None
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One record to play: where it goes, the texts to show beside its verdict, and what should come of it."""

    topic: str
    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    name: str
    expect: Expectation | None = None


def read_script(lines: Iterable[bytes], settings: Settings) -> list[Act]:
    """One act per line that is not blank; a broken event is an act too, a broken envelope is an error."""
    script = [_act(line.strip(), number, settings) for number, line in enumerate(lines, start=1) if line.strip()]
    if not script:
        raise Misconfigured("there is nothing to play: the file holds no events.")
    return script


def _act(line: bytes, number: int, settings: Settings) -> Act:
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        document = None
    if not (isinstance(document, dict) and ("value" in document or "raw" in document)):
        return _played(line, Envelope(), document, settings)
    try:
        envelope = Envelope.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Misconfigured(f"line {number} of the events: {where}: {first['msg']}.") from None
    if envelope.raw is not None:
        return _played(envelope.raw.encode(), envelope, None, settings)
    if envelope.value is None:
        return _tombstone(envelope, number, settings)
    return _played(json.dumps(envelope.value, ensure_ascii=False).encode(), envelope, envelope.value, settings)


def _played(value: bytes, envelope: Envelope, event: object, settings: Settings) -> Act:
    topic, key, _ = route(value, settings, envelope.topic)
    if envelope.key is not None:
        key = envelope.key.encode()
    attributes = event.get("attributes") if isinstance(event, dict) else None
    texts = attributes if isinstance(attributes, dict) else {"record": value.decode(errors="replace")}
    shown = {str(name): text for name, text in texts.items() if isinstance(text, str)}
    return Act(topic, key, value, shown, key.decode(errors="replace") if key else "(no key)", envelope.expect)


def _tombstone(envelope: Envelope, number: int, settings: Settings) -> Act:
    if envelope.key is None:
        raise Misconfigured(f"line {number} of the events: a tombstone (value null) needs a key.")
    topic = envelope.topic or settings.listing_topic
    return Act(topic, envelope.key.encode(), None, {}, envelope.key, envelope.expect)
