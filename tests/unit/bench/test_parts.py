"""What an event costs in each part, from what workers say of themselves."""

from detector.bench.parts import PARTS, parts_us
from detector.monitoring.exposition import Scrape, parsed

ONE = """
detector_latency_seconds_count{kind="BOOKING"} 30
detector_latency_seconds_count{kind="LISTING_UPDATE"} 10
detector_busy_seconds_total{part="read"} 0.0004
detector_busy_seconds_total{part="judge"} 5
detector_busy_seconds_total{part="deliver"} 0.008
detector_stage_seconds_sum{stage="decode"} 0.0002
detector_stage_seconds_sum{stage="prepare"} 0.0001
detector_stage_seconds_sum{stage="score"} 7
detector_stage_seconds_sum{stage="aggregate"} 0.0006
"""
OTHER = """
detector_latency_seconds_count{kind="BOOKING"} 60
detector_busy_seconds_total{part="read"} 0.0006
"""


def said(*texts: str) -> list[Scrape]:
    return [parsed(text, at=1.0) for text in texts]


def test_a_parts_time_is_shared_by_all_events_delivered() -> None:
    costs = {part: round(cost, 6) for part, cost in parts_us(said(ONE)).items()}
    assert costs == {"read": 10.0, "decode": 5.0, "prepare": 2.5, "aggregate": 15.0, "deliver": 200.0}
    assert tuple(costs) == PARTS


def test_workers_count_together() -> None:
    assert round(parts_us(said(ONE, OTHER))["read"], 6) == 10.0


def test_of_nothing_delivered_nothing_is_said() -> None:
    assert parts_us(said('detector_busy_seconds_total{part="read"} 1\n')) == {}
