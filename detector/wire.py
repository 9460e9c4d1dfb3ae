"""How outcomes are written: keys, values and headers of the output topics."""

from detector.deadletters import error_headers, original_headers
from detector.errors import InvalidRecord
from detector.events import EventKind
from detector.outcomes import Destination, Outcome
from detector.records import Headers, Record
from detector.scoring import ModelCard
from detector.traces import Trace
from detector.verdicts import Label, Reached, verdict_id

VERDICT_ID = "detector.verdict-id"
MODEL = "detector.model"
SOURCE = "detector.source"
SOURCE_TIMESTAMP = "detector.source-timestamp"
LABEL = "detector.label"
_LABELS = {label: label.value.encode() for label in Label}

TRACE_CONTEXT = frozenset({"traceparent", "tracestate", "baggage"})
"""W3C trace context: it goes from the event to its verdict, so that a trace does not end at this service."""
_BESIDE_A_TRACE = frozenset({"baggage"})


def verdict_outcome(
    verdict: Reached, record: Record, kind: EventKind, trace: Trace | None = None, frame: bytes = b""
) -> Outcome:
    """The verdict under the event's own key; an event without one is keyed by what it is about.

    A compacted topic refuses records without a key, so there is always one. A trace of this service's own takes the place
    of the event's in the headers. `frame` stands before the JSON.
    """
    return Outcome(
        position=record.position,
        destination=Destination.VERDICTS,
        kind=kind,
        key=record.key if record.key is not None else verdict.about.encode(),
        value=frame + verdict.as_json(),
        headers=_identity_headers(record, verdict.verdict_id, verdict.model, trace, (LABEL, _LABELS[verdict.label])),
        weight=record.size,
        read_timestamp_ms=record.timestamp_ms,
        label=verdict.label,
        score=verdict.probability,
        trace=trace,
    )


def tombstone_outcome(record: Record, kind: EventKind, card: ModelCard, trace: Trace | None = None) -> Outcome:
    """A null value under the event's key: compaction drops the verdicts of what no longer exists."""
    return Outcome(
        position=record.position,
        destination=Destination.VERDICTS,
        kind=kind,
        key=record.key,
        value=None,
        headers=_identity_headers(record, verdict_id(record.position, card.identity), card.identity, trace),
        weight=record.size,
        read_timestamp_ms=record.timestamp_ms,
        trace=trace,
    )


def dead_letter_outcome(record: Record, kind: EventKind, error: InvalidRecord, trace: Trace | None = None) -> Outcome:
    """The record as it came, byte for byte and with its own timestamp, and why it could not be judged.

    Its headers stay the event's own, whatever trace it has here.
    """
    return Outcome(
        position=record.position,
        destination=Destination.DEAD_LETTERS,
        kind=kind,
        key=record.key,
        value=record.value,
        headers=[*original_headers(record.headers), *error_headers(record.position, error)],
        weight=record.size,
        read_timestamp_ms=record.timestamp_ms,
        timestamp_ms=record.timestamp_ms,
        reason=error.reason,
        trace=trace,
    )


def _identity_headers(
    record: Record, identity: str, model: str, trace: Trace | None, *further: tuple[str, bytes]
) -> list[tuple[str, bytes | None]]:
    (topic, partition), offset = record.position
    headers: list[tuple[str, bytes | None]] = [
        (VERDICT_ID, identity.encode()),
        (MODEL, model.encode()),
        (SOURCE, f"{topic}/{partition}/{offset}".encode()),
    ]
    if record.timestamp_ms is not None:
        # With the verdict's own timestamp a reader knows how long it took; nothing else in a verdict tells.
        headers.append((SOURCE_TIMESTAMP, str(record.timestamp_ms).encode()))
    own: Headers = () if trace is None else trace.headers
    if record.headers:
        passed_on = TRACE_CONTEXT if not own else _BESIDE_A_TRACE
        headers += [(name, value) for name, value in record.headers if name in passed_on]
    return [*headers, *own, *further]
