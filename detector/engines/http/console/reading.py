"""From records as they stand in their topics to what the console shows."""

from collections.abc import Mapping

from pydantic import ValidationError

from detector.deadletters import headers
from detector.engines.http.console.ports import Judged, Letter
from detector.events import EventKind
from detector.framing import payload_of
from detector.records import Partition, Position, Record
from detector.verdicts import Verdict
from detector.wire import SOURCE_TIMESTAMP


def judged_of(record: Record) -> Judged | None:
    """A record of the verdict topic; None of a tombstone, and of what is no verdict.

    The verdict is written anew, so that members which its contract does not know stay behind.
    """
    if record.value is None:
        return None
    try:
        verdict = Verdict.model_validate_json(payload_of(record.value))
    except ValidationError:
        return None
    at_ms = round(verdict.scored_at.timestamp() * 1000) if record.timestamp_ms is None else record.timestamp_ms
    booking = verdict.model_segment == EventKind.BOOKING.segment
    return Judged(
        position=record.position,
        kind=EventKind.BOOKING if booking else EventKind.LISTING_UPDATE,
        at_ms=at_ms,
        latency_ms=_latency_ms(dict(record.headers).get(SOURCE_TIMESTAMP), at_ms),
        json=verdict.model_dump_json(by_alias=True, exclude_none=True),
    )


def letter_of(record: Record) -> Letter:
    """A record of the dead-letter topic, without its contents; what its headers do not say is empty."""
    told = {name: value.decode(errors="replace") for name, value in record.headers if value is not None}
    return Letter(
        position=record.position,
        at_ms=record.timestamp_ms,
        origin=_origin(told),
        stage=told.get(headers.STAGE, "").lower(),
        reason=told.get(headers.REASON, ""),
        message=told.get(headers.ERROR_MESSAGE, ""),
        size=record.size,
    )


def _latency_ms(written: bytes | None, at_ms: int) -> int | None:
    if written is None or not written.isdigit():
        return None
    return max(0, at_ms - int(written))


def _origin(told: Mapping[str, str]) -> Position | None:
    topic, partition, offset = (told.get(name, "") for name in (headers.TOPIC, headers.PARTITION, headers.OFFSET))
    if not (topic and partition.isdecimal() and offset.isdecimal()):
        return None
    return Position(Partition(topic, int(partition)), int(offset))
