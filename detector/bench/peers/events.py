"""What every peer does with an event besides judging it: it takes the text out and puts an answer together."""

import json
from collections.abc import Mapping
from typing import Any


def text_in(event: Mapping[str, Any]) -> str:
    """Its texts as one."""
    return "\n".join(event["attributes"].values())


def key_of(event: Mapping[str, Any]) -> bytes:
    """The event's key, for a peer that hands its program values alone."""
    return str(event.get("listingId") or event["bookingId"]).encode()


def answer(score: float) -> dict[str, Any]:
    """A verdict with the least that can be said; every peer's is the same."""
    return {"score": score, "label": "Fraud" if score >= 0.5 else "NonFraud"}


def decoded(value: bytes | None) -> dict[str, Any]:
    """The event of a record."""
    event: dict[str, Any] = json.loads(value or b"")
    return event


def encoded(score: float) -> bytes:
    """The verdict of a record."""
    return json.dumps(answer(score)).encode()
