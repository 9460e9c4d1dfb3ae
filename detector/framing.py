"""Schema Registry's wire format for JSON: a zero byte, the schema's id in four bytes, big-endian, then the JSON itself.

No JSON text begins with a zero byte, so a framed record and a plain one cannot be taken for each other. A record whose
schema is named in a header (`__value_schema_id`) is plain JSON here.
"""

from detector.errors import InvalidRecord, Reason, Stage

FRAME_BYTES = 5
MOST_ID = 2**32 - 1

_MAGIC = b"\0"
_BLANKS = b" \t\r\n"
_OPENING = (b"{", b"[")
"""How a payload begins that is meant as JSON. Neither can stand where Avro puts a length or Protobuf its message index."""


def frame_of(schema_id: int) -> bytes:
    """What stands before the JSON of a record with this schema; ids are 0 to 2**32 - 1."""
    return _MAGIC + schema_id.to_bytes(FRAME_BYTES - 1, "big")


def id_in(value: bytes) -> int | None:
    """The schema's id in the frame; None if there is no whole one."""
    return int.from_bytes(value[1:FRAME_BYTES], "big") if is_framed(value) and len(value) >= FRAME_BYTES else None


def is_framed(value: bytes) -> bool:
    """Whether the record begins as a framed one does."""
    return value.startswith(_MAGIC)


def payload_of(value: bytes) -> bytes:
    """What the frame holds; a plain record as it is."""
    return value[FRAME_BYTES:] if is_framed(value) else value


def json_of(value: bytes) -> bytes:
    """The JSON of a record, framed or plain; raises `InvalidRecord` for a frame around anything else."""
    payload = payload_of(value)
    if is_framed(value) and not payload.lstrip(_BLANKS).startswith(_OPENING):
        raise InvalidRecord(
            Stage.DECODE,
            Reason.WIRE_FORMAT,
            "event",
            "stands in Schema Registry's wire format, but does not hold JSON: events are serialised with JSON Schema, "
            "not Avro or Protobuf",
        )
    return payload
