"""Numbers from judgements: the arithmetic, the groups and the evidence overlap."""

from collections.abc import Sequence

import pytest

from detector.evaluation import Labelled, Scores, as_json, evaluate
from detector.evaluation.measure import overlap
from detector.events import EventKind
from detector.scoring import Span

THRESHOLDS = {EventKind.LISTING_UPDATE: 0.5, EventKind.BOOKING: 0.9}


def judge(text: str) -> tuple[float, Sequence[Span]]:
    """Calls every text with a digit a leak, and shows its digits."""
    digits = [index for index, char in enumerate(text) if char.isdigit()]
    return (0.8, [Span("phone", digits[0], digits[-1] + 1, 0.9)]) if digits else (0.1, [])


def row(text: str, label: str, **others: object) -> Labelled:
    return Labelled.model_validate({"text": text, "label": label, **others})


def test_counts_precision_recall_and_f1_over_all_rows() -> None:
    rows = [row("call 555", "Fraud"), row("room 12", "NonFraud"), row("write me", "Fraud"), row("nice", "NonFraud")]
    overall = evaluate(rows, judge, THRESHOLDS).overall
    assert (overall.true_positives, overall.false_positives, overall.false_negatives, overall.true_negatives) == (
        1,
        1,
        1,
        1,
    )
    assert (overall.precision, overall.recall, overall.f1, overall.false_alarms) == (0.5, 0.5, 0.5, 0.5)


def test_a_ratio_without_a_denominator_is_none_and_not_zero() -> None:
    assert Scores().precision is None
    assert as_json(evaluate([], judge, THRESHOLDS))["overall"]["f1"] is None


def test_each_kind_of_event_has_its_own_threshold() -> None:
    rows = [row("call 555", "Fraud", kind="listing_update"), row("call 555", "Fraud", kind="booking")]
    report = evaluate(rows, judge, THRESHOLDS)
    assert report.by_kind["LISTING_UPDATE"].recall == 1
    assert report.by_kind["BOOKING"].recall == 0
    assert report.missed == [1]


def test_groups_by_language_category_and_family() -> None:
    rows = [
        row("call 555", "Fraud", lang="en", category="phone", family="plain-phone"),
        row("ruft an", "Fraud", lang="de", category="phone", family="spelled"),
    ]
    report = evaluate(rows, judge, THRESHOLDS)
    assert report.by_language["en"].recall == 1
    assert report.by_language["de"].recall == 0
    assert report.by_category["phone"].total == 2
    assert report.by_family["spelled"].false_negatives == 1


def test_evidence_overlap_averages_over_leaking_rows_and_counts_a_miss_as_nothing() -> None:
    rows = [
        row("call 5551", "Fraud", spans=[[5, 9]]),
        row("write me", "Fraud", spans=[[0, 8]]),
        row("room 1", "NonFraud"),
    ]
    assert evaluate(rows, judge, THRESHOLDS).evidence_iou == 0.5


@pytest.mark.parametrize(
    ("truth", "found", "expected"),
    [
        ([(0, 10)], [(0, 10)], 1.0),
        ([(0, 10)], [(5, 15)], 1 / 3),
        ([(0, 4), (6, 10)], [(0, 10)], 0.8),
        ([(0, 4)], [], 0.0),
        ([], [], 1.0),
    ],
)
def test_overlap_is_of_characters(truth: list[tuple[int, int]], found: list[tuple[int, int]], expected: float) -> None:
    assert overlap(truth, found) == pytest.approx(expected)
