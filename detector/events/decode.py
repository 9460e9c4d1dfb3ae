"""From the bytes of a record to an event, or to an error that says what is wrong without quoting it."""

import re

import jiter
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from detector.errors import InvalidRecord, Reason, Stage
from detector.events.model import Event
from detector.framing import is_framed, json_of

DEFAULT_MAX_BYTES = 1024 * 1024

WHOLE = "event"
"""The field that an error names when no single member is at fault."""

_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")

_PARSER_MESSAGES: tuple[tuple[str, Reason, str], ...] = (
    ("Detected duplicate key", Reason.DUPLICATE_KEY, "the same member name stands twice in one object"),
    ("recursion limit exceeded", Reason.TOO_DEEP, "objects or arrays are nested too deeply"),
    ("unexpected end of hex escape", Reason.LONE_SURROGATE, "an escape names half of a surrogate pair"),
    ("lone leading surrogate", Reason.LONE_SURROGATE, "an escape names half of a surrogate pair"),
    ("number out of range", Reason.BAD_VALUE, "a number is out of range"),
)
"""How jiter's messages begin, and what they are called here; anything else is plain bad JSON."""

_VALIDATION_REASONS: dict[str, tuple[Reason, str]] = {
    "missing": (Reason.MISSING, "is required and missing"),
    "nul_character": (Reason.NUL_CHARACTER, "contains a NUL character"),
    "too_short": (Reason.EMPTY, "has no entries"),
    "string_too_short": (Reason.EMPTY, "is empty"),
    "string_too_long": (Reason.TOO_LARGE, "is longer than a name may be"),
    "enum": (Reason.BAD_VALUE, "is not one of LISTING_UPDATE, BOOKING"),
    "timezone_aware": (Reason.BAD_VALUE, "has no time zone"),
    "string_type": (Reason.WRONG_TYPE, "is not a string"),
    "dict_type": (Reason.WRONG_TYPE, "is not an object"),
    "model_type": (Reason.WRONG_TYPE, "is not an object"),
}
_FRAMED = (
    "begins with a zero byte, as in Schema Registry's wire format: set DETECTOR_SCHEMA_REGISTRY__URL to have it read"
)
_MALFORMED_TIME = (Reason.BAD_VALUE, "is not an ISO 8601 date and time")


def decode(value: bytes, max_bytes: int = DEFAULT_MAX_BYTES, *, framed: bool = False) -> Event:
    """Parse and validate in one pass; with `framed`, an event may also stand in Schema Registry's wire format.

    The limit counts the frame, too. Raises `InvalidRecord` for whatever is not an event: its `field` is the member at
    fault, its message holds no text of the event (positions are bytes counted by line and column).
    """
    if len(value) > max_bytes:
        raise _invalid(Reason.TOO_LARGE, WHOLE, f"has {len(value)} bytes, more than the limit of {max_bytes}")
    if framed:
        value = json_of(value)
    try:
        # Members' names come again with every event, their values seldom.
        document = jiter.from_json(value, allow_inf_nan=False, catch_duplicate_keys=True, cache_mode="keys")
    except ValueError as error:
        raise _unparsable(value, str(error)) from None
    try:
        return Event.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as error:
        raise _unfit(error.errors(include_url=False, include_context=False, include_input=False)[0]) from None


def _invalid(reason: Reason, field: str, problem: str) -> InvalidRecord:
    return InvalidRecord(Stage.DECODE, reason, field, problem)


def _unparsable(value: bytes, message: str) -> InvalidRecord:
    if is_framed(value):
        return _invalid(Reason.WIRE_FORMAT, WHOLE, _FRAMED)
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        return _invalid(Reason.NOT_UTF8, WHOLE, f"byte {error.start} is not UTF-8")
    where = re.search(r"at line \d+ column \d+$", message)
    place = f" {where[0]}" if where else ""
    for beginning, reason, problem in _PARSER_MESSAGES:
        if message.startswith(beginning):
            return _invalid(reason, WHOLE, problem + place)
    if _stands_at(value, message, (b"NaN", b"Infinity", b"-Infinity")):
        return _invalid(Reason.NOT_A_NUMBER, WHOLE, "NaN and Infinity are not JSON" + place)
    if text.startswith("\ufeff"):
        return _invalid(Reason.NOT_JSON, WHOLE, "starts with a byte order mark")
    return _invalid(Reason.NOT_JSON, WHOLE, "is not valid JSON" + place)


def _stands_at(value: bytes, message: str, words: tuple[bytes, ...]) -> bool:
    """Whether one of the words stands where the parser's message points (it points at or just after the start)."""
    where = re.search(r"at line (\d+) column (\d+)$", message)
    if where is None:
        return False
    lines = value.split(b"\n")
    line, column = int(where[1]) - 1, int(where[2])
    here = lines[line] if line < len(lines) else b""
    return any(here.startswith(words, max(column - back, 0)) for back in (1, 2))


def _unfit(error: ErrorDetails) -> InvalidRecord:
    kind = error["type"]
    reason, problem = _VALIDATION_REASONS.get(kind, (Reason.WRONG_TYPE, "has the wrong type"))
    if kind.startswith(("datetime", "date_from")):
        reason, problem = _MALFORMED_TIME
    return _invalid(reason, _path(error["loc"]), problem)


def _path(location: tuple[int | str, ...]) -> str:
    """A member's path; an attribute whose name is not a plain identifier is not repeated, as it may be text."""
    steps = [str(step) for step in location if step != "[key]"]
    shown = [step if _PLAIN_NAME.fullmatch(step) else "(unusual name)" for step in steps]
    return ".".join(shown) or WHOLE
