"""Where an event's bytes go: its topic and key, read with as little understanding as will do."""

import json
from typing import NamedTuple

from detector.events import EventKind
from detector.settings import Settings


class Routed(NamedTuple):
    """One record to write."""

    topic: str
    key: bytes | None
    value: bytes | None


def route(value: bytes, settings: Settings, topic: str | None = None) -> Routed:
    """`eventType` decides the topic unless one is given; the key is the listing's, the booking's or the transaction's id.

    Nothing is validated: what is not JSON goes, without a key, to the listing topic as it is.
    """
    try:
        event = json.loads(value)
    except (ValueError, RecursionError):
        event = None
    members = event if isinstance(event, dict) else {}
    is_booking = members.get("eventType") == EventKind.BOOKING.value
    return Routed(topic or (settings.booking_topic if is_booking else settings.listing_topic), _key(members), value)


def _key(members: dict[str, object]) -> bytes | None:
    context = members.get("transactionContext")
    transaction = context.get("transactionId") if isinstance(context, dict) else None
    for name in (members.get("listingId"), members.get("bookingId"), transaction):
        if isinstance(name, str) and name:
            return name.encode("utf-8", "surrogatepass")
    return None
