"""From attribute scores to a verdict."""

from collections.abc import Sequence
from datetime import datetime

from detector.events import Event, EventKind
from detector.records import Position
from detector.scoring import ModelCard
from detector.verdicts.aggregate import AttributeScore
from detector.verdicts.identity import verdict_id
from detector.verdicts.model import Evidence, Label, ScoreDetails, Source, Verdict

SCORE_DIGITS = 6
"""Scores are rounded to what batch invariance promises, so that equal verdicts are equal bytes."""


def reach_verdict(
    event: Event,
    kind: EventKind,
    scores: Sequence[AttributeScore],
    card: ModelCard,
    position: Position,
    scored_at: datetime,
) -> Verdict:
    """Judge an event by its highest attribute; `scores` has at least one entry.

    Evidence comes from the attributes that are themselves at or above the threshold, so a NonFraud verdict has none.
    """
    top = max(scores, key=lambda score: score.probability)
    probability = _rounded(top.probability)
    threshold = card.thresholds[kind]
    label = Label.FRAUD if probability >= threshold else Label.NON_FRAUD
    (topic, partition), offset = position
    return Verdict(
        model_code=card.code,
        model_version=card.version,
        refresh_version=card.refresh,
        probability_score=probability,
        model_segment=kind.segment,
        top_contributor=top.name,
        score_details=ScoreDetails(
            label=label,
            threshold=threshold,
            attributes={score.name: _rounded(score.probability) for score in scores},
            evidence=_evidence(scores, threshold),
        ),
        transaction_context=event.transaction_context,
        verdict_id=verdict_id(position, card.identity),
        listing_id=event.listing_id,
        booking_id=event.booking_id,
        partner_id=event.partner_id,
        source=Source(topic=topic, partition=partition, offset=offset),
        event_time=event.event_time,
        scored_at=scored_at,
    )


def _evidence(scores: Sequence[AttributeScore], threshold: float) -> list[Evidence]:
    return [
        Evidence(
            attribute=score.name,
            category=span.category,
            start=span.start,
            end=span.end,
            score=_rounded(span.score),
            found_by=list(span.found_by),
        )
        for score in scores
        if _rounded(score.probability) >= threshold
        for span in score.spans
    ]


def _rounded(probability: float) -> float:
    return round(probability, SCORE_DIGITS)
