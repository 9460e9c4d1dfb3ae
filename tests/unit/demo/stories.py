"""Answers for the demo's tests, written by hand."""

from datetime import UTC, datetime
from typing import Literal

from detector.demo.board import Answer, Answered, Board
from detector.demo.script import Expectation, Step
from detector.events import TransactionContext
from detector.records import Partition, Position
from detector.verdicts import Evidence, Label, ScoreDetails, Source, Verdict

SEGMENTS: dict[str, Literal["SUPPLY", "BOOKING"]] = {"listing-updates": "SUPPLY", "bookings": "BOOKING"}


def at(offset: int, topic: str = "listing-updates") -> Position:
    return Position(Partition(topic, 0), offset)


def piece(text: str, found: str, category: str = "phone", attribute: str = "description") -> Evidence:
    """Evidence where `found` stands in the text."""
    start = text.index(found)
    return Evidence(attribute=attribute, category=category, start=start, end=start + len(found), score=0.9)


def verdict(position: Position, evidence: list[Evidence], *, fraud: bool | None = None) -> Verdict:
    """Fraud where there is evidence, unless said otherwise."""
    leaks = bool(evidence) if fraud is None else fraud
    probability = 0.9 if leaks else 0.1
    (topic, partition), offset = position
    return Verdict(
        model_code="Tested",
        model_version="1.0",
        refresh_version="v20261121",
        probability_score=probability,
        model_segment=SEGMENTS[topic],
        top_contributor="description",
        score_details=ScoreDetails(
            label=Label.FRAUD if leaks else Label.NON_FRAUD,
            threshold=0.5,
            attributes={"description": probability},
            evidence=evidence,
        ),
        transaction_context=TransactionContext(transaction_id="1"),
        verdict_id="id",
        source=Source(topic=topic, partition=partition, offset=offset),
        scored_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


def step(text: str = "Quiet street.", expect: Expectation | None = None, topic: str = "listing-updates") -> Step:
    return Step(topic, b"L-1", b"{}", {"description": text}, expect)


def judged(
    number: int,
    text: str,
    evidence: list[Evidence],
    expect: Expectation | None = None,
    topic: str = "listing-updates",
    latency_ms: float = 12.0,
) -> Answered:
    position = at(number, topic)
    return Answered(number, step(text, expect, topic), Answer(position, verdict(position, evidence)), latency_ms)


def board_of(*answered: Answered, unanswered: int = 0) -> Board:
    """A board on which these are done."""
    board = Board([*(each.step for each in answered), *(step() for _ in range(unanswered))])
    board.done.extend(answered)
    return board
