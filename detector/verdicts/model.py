"""The verdict that trust-and-safety reads."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from detector.events.model import TransactionContext, WireModel
from detector.scoring import Finder

Probability = Annotated[float, Field(ge=0.0, le=1.0)]

CATEGORIES = ("phone", "email", "url", "social", "messenger", "solicitation")


class Label(StrEnum):
    """The verdict in one word."""

    FRAUD = "Fraud"
    NON_FRAUD = "NonFraud"


class Evidence(WireModel):
    """Where a leak stands: half-open offsets in Unicode code points of the original attribute text."""

    attribute: str
    category: str = Field(description=f"{', '.join(CATEGORIES[:-1])} or {CATEGORIES[-1]}")
    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    score: Probability
    found_by: list[Finder] = Field(
        default=["model"], description="Who found it: the model, an exact recogniser that the model believed, or both."
    )


class ScoreDetails(WireModel):
    """The decision and what it rests on."""

    label: Label
    threshold: Probability = Field(description="Fraud from this probability on; depends on the kind of event.")
    attributes: dict[str, Probability] = Field(description="Attribute name to its own probability of a leak.")
    evidence: list[Evidence] = Field(description="Empty for NonFraud, and for a model without a token head.")


class Source(WireModel):
    """The record that was judged."""

    topic: str
    partition: int
    offset: int


class Verdict(WireModel):
    """One judgement on one event. It never repeats the event's text."""

    model_code: str
    model_version: str
    refresh_version: str
    probability_score: Probability = Field(description="Calibrated; the highest of the attributes' scores.")
    model_segment: Literal["SUPPLY", "BOOKING"]
    top_contributor: str = Field(description="The attribute with the highest score.")
    score_details: ScoreDetails
    transaction_context: TransactionContext
    verdict_id: str = Field(description="Same on every retry; new for another record or another model.")
    listing_id: str | None = None
    booking_id: str | None = None
    partner_id: str | None = None
    source: Source
    event_time: AwareDatetime | None = None
    scored_at: AwareDatetime
