"""Verdicts as the tests need them."""

from datetime import datetime

from detector.events import TransactionContext
from detector.offenders.times import moment_of
from detector.verdicts import Evidence, Label, ScoreDetails, Source, Verdict


def verdict(
    at_ms: int,
    *,
    fraud: bool = True,
    identity: str | None = None,
    listing: str | None = "L-1",
    partner: str | None = "P-7",
    booking: str | None = None,
    scored: datetime | None = None,
    timed: bool = True,
    categories: tuple[str, ...] = ("phone",),
) -> Verdict:
    """On a listing update, or on a booking message if `booking` is given; without `timed` the event had no time."""
    score = 0.9 if fraud else 0.1
    evidence = [Evidence(attribute="text", category=name, start=0, end=4, score=0.9) for name in categories]
    return Verdict(
        model_code="Model",
        model_version="1.0",
        refresh_version="v1",
        probability_score=score,
        model_segment="SUPPLY" if booking is None else "BOOKING",
        top_contributor="text",
        score_details=ScoreDetails(
            label=Label.FRAUD if fraud else Label.NON_FRAUD,
            threshold=0.5,
            attributes={"text": score},
            evidence=evidence if fraud else [],
        ),
        transaction_context=TransactionContext(transaction_id="t-1"),
        verdict_id=identity or f"v{at_ms}",
        listing_id=listing,
        booking_id=booking,
        partner_id=partner,
        source=Source(topic="listing-updates", partition=0, offset=0),
        event_time=moment_of(at_ms) if timed else None,
        scored_at=scored or moment_of(at_ms),
    )
