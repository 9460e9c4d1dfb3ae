"""Messages as they look on the wire, built by the code that builds real ones, so that no example can be wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

from detector.errors import InvalidRecord, Reason, Stage
from detector.events import Event, EventKind
from detector.feedback import Feedback, FeedbackReason
from detector.feedback import Message as FeedbackMessage
from detector.offenders import Escalation, MemoryBook, Message, consider, follow
from detector.outcomes import Outcome
from detector.records import Partition, Position, Record
from detector.scoring import ModelCard, Span
from detector.settings import Settings
from detector.verdicts import AttributeScore, Reached, Verdict, reach_verdict, verdict_id
from detector.wire import dead_letter_outcome, tombstone_outcome, verdict_outcome

_WRITTEN = datetime(2026, 11, 20, 10, 0, 0, tzinfo=UTC)
_SCORED = datetime(2026, 11, 20, 10, 0, 0, 116_000, tzinfo=UTC)
_TRACE = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
_DESCRIPTION = "Two quiet rooms near the old harbour. Ring Ines on 07700 900123 for a better price."
_CARD = ModelCard(
    code="DistilBertNLPSupplyListingDescHA",
    version="1.0",
    refresh="v20261120",
    thresholds={EventKind.LISTING_UPDATE: 0.62, EventKind.BOOKING: 0.58},
)


def listing_update() -> Event:
    """A listing update with a leak in its description."""
    return Event.model_validate(
        {
            "transactionContext": {"transactionId": "123456"},
            "attributes": {"listingDescription": _DESCRIPTION, "houseRules": "No smoking. Check-in after 15:00."},
            "eventType": "LISTING_UPDATE",
            "listingId": "L-42",
            "partnerId": "P-7",
            "eventTime": _WRITTEN.isoformat(),
            "locale": "en-GB",
        }
    )


def booking() -> Event:
    """A booking message without a leak."""
    return Event.model_validate(
        {
            "transactionContext": {"transactionId": "123457"},
            "attributes": {"guestMessage": "We arrive at 22:30, is the front desk still open then?"},
            "eventType": "BOOKING",
            "bookingId": "B-1001",
            "eventTime": _WRITTEN.isoformat(),
        }
    )


def verdict() -> Verdict:
    """The verdict on that listing update."""
    return _reached().as_verdict()


def _reached() -> Reached:
    start = _DESCRIPTION.index("07700")
    scores = [
        AttributeScore("listingDescription", 0.9987, (Span("phone", start, start + len("07700 900123"), 0.98),)),
        AttributeScore("houseRules", 0.0021, ()),
    ]
    return reach_verdict(listing_update(), EventKind.LISTING_UPDATE, scores, _CARD, _position(), _SCORED)


def verdict_message() -> Outcome:
    """That verdict as it is written."""
    return verdict_outcome(_reached(), _record(b""), EventKind.LISTING_UPDATE)


def tombstone_message() -> Outcome:
    """What is written when the listing is deleted."""
    return tombstone_outcome(_record(None), EventKind.LISTING_UPDATE, _CARD)


def dead_letter_message() -> Outcome:
    """A listing update that names no transaction."""
    error = InvalidRecord(Stage.DECODE, Reason.MISSING, "transactionContext.transactionId", "is required and missing")
    value = b'{"transactionContext":{},"attributes":{"houseRules":"No smoking."}}'
    return dead_letter_outcome(_record(value), EventKind.LISTING_UPDATE, error)


def dead_letter_headers() -> dict[str, str]:
    """What was added to its own headers, as an object."""
    own = dict([_TRACE])
    return {name: value for name, value in headers_of(dead_letter_message()).items() if name not in own}


def escalation() -> Escalation:
    """What is told when that listing leaks again and another of its partner's does, all within the hour."""
    book, policy = MemoryBook(), Settings.model_construct().escalation_policy
    told: list[Escalation] = []
    for number in range(3):
        listing, moment = f"L-{42 + number // 2}", _SCORED + timedelta(minutes=20 * number)
        leaking = verdict().model_copy(
            update={"listing_id": listing, "event_time": moment, "scored_at": moment, "verdict_id": _id_of(number)}
        )
        for sighting in follow(None, leaking, listing.encode()).sightings:
            change = consider(book, sighting, policy)
            change.apply(book)
            told += change.escalations
    (crossing,) = told
    return crossing


def feedback() -> Feedback:
    """What somebody says of that verdict who knows the number."""
    return Feedback.on(
        verdict(),
        feedback_id="5f0c1f6e8a0b4d27b1f2a9c3d4e5f607",
        given_at=_SCORED + timedelta(minutes=10),
        right=False,
        reason=FeedbackReason.PLATFORM_CONTACT,
        note="The number is our own front desk's.",
    )


def as_json(message: Event | Verdict | Escalation | Feedback) -> Any:
    """A message as the JSON value that travels."""
    return message.model_dump(mode="json", by_alias=True, exclude_none=True)


def headers_of(message: Outcome | Message | FeedbackMessage) -> dict[str, str]:
    """Text headers as an object."""
    return {name: (value or b"").decode() for name, value in message.headers}


def _position(offset: int = 991) -> Position:
    return Position(Partition("listing-updates", 3), offset)


def _id_of(number: int) -> str:
    return verdict_id(_position(991 + number), _CARD.identity)


def _record(value: bytes | None) -> Record:
    return Record(_position(), b"L-42", value, [_TRACE], int(_WRITTEN.timestamp() * 1000))
