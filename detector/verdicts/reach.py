"""From attribute scores to a verdict."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic_core import to_json

from detector.events import Event, EventKind
from detector.records import Position
from detector.scoring import ModelCard
from detector.verdicts.aggregate import AttributeScore
from detector.verdicts.identity import verdict_id
from detector.verdicts.model import Label, Verdict

_WRITTEN = {label: label.value for label in Label}
"""Plain text is written twice as fast as a member of an enumeration."""

SCORE_DIGITS = 6
"""Scores are rounded to what batch invariance promises, so that equal verdicts are equal bytes."""


class Reached(NamedTuple):
    """A verdict as it is reached.

    `document` is the verdict under the names of the wire, members without a value left out. It is what `Verdict`
    describes; the stream is not held up by checking again what was only just put together, tests check it.
    """

    label: Label
    probability: float
    verdict_id: str
    model: str
    about: str
    document: Mapping[str, Any]

    def as_json(self) -> bytes:
        """The value that travels."""
        return to_json(self.document)

    def as_verdict(self) -> Verdict:
        """What a reader makes of it."""
        return Verdict.model_validate_json(self.as_json(), by_alias=True, by_name=False)


def reach_verdict(
    event: Event,
    kind: EventKind,
    scores: Sequence[AttributeScore],
    card: ModelCard,
    position: Position,
    scored_at: datetime,
) -> Reached:
    """Judge an event by its highest attribute; `scores` has at least one entry.

    Evidence comes from the attributes that are themselves at or above the threshold, so a NonFraud verdict has none.
    It is about the event's listing, else its booking, else its transaction. Raises ValueError for a score that is no
    probability.
    """
    attributes = {score.name: _rounded(score.probability) for score in scores}
    top = max(attributes, key=attributes.__getitem__) if len(attributes) > 1 else scores[0].name
    probability = attributes[top]
    threshold = card.thresholds[kind]
    label = Label.FRAUD if probability >= threshold else Label.NON_FRAUD
    identity = card.identity
    own_id = verdict_id(position, identity)
    (topic, partition), offset = position
    listing, booking = event.listing_id, event.booking_id
    transaction = event.transaction_context.transaction_id
    document = {
        "modelCode": card.code,
        "modelVersion": card.version,
        "refreshVersion": card.refresh,
        "probabilityScore": probability,
        "modelSegment": kind.segment,
        "topContributor": top,
        "scoreDetails": {
            "label": _WRITTEN[label],
            "threshold": threshold,
            "attributes": attributes,
            "evidence": _evidence(scores, attributes, threshold) if label is Label.FRAUD else [],
        },
        "transactionContext": {"transactionId": transaction},
        "verdictId": own_id,
    }
    if listing is not None:
        document["listingId"] = listing
    if booking is not None:
        document["bookingId"] = booking
    if event.partner_id is not None:
        document["partnerId"] = event.partner_id
    document["source"] = {"topic": topic, "partition": partition, "offset": offset}
    if event.event_time is not None:
        document["eventTime"] = event.event_time
    document["scoredAt"] = scored_at
    return Reached(label, probability, own_id, identity, listing or booking or transaction, document)


def _evidence(
    scores: Sequence[AttributeScore], attributes: Mapping[str, float], threshold: float
) -> list[dict[str, Any]]:
    return [
        {
            "attribute": score.name,
            "category": span.category,
            "start": span.start,
            "end": span.end,
            "score": _rounded(span.score),
            "foundBy": span.found_by,
        }
        for score in scores
        if attributes[score.name] >= threshold
        for span in score.spans
    ]


def _rounded(probability: float) -> float:
    if not 0.0 <= probability <= 1.0:
        raise ValueError("a score is no probability")
    return round(probability, SCORE_DIGITS)
