"""What an event costs in each part of a worker, by the worker's own metrics."""

from collections.abc import Mapping, Sequence

from detector.monitoring.exposition import Scrape
from detector.monitoring.table import BUSY, LATENCY, STAGE

PARTS = ("read", "decode", "prepare", "aggregate", "deliver")
"""In the order of the way: the parts of an engine, and between them the stages of the pipeline but for the model."""
_OF_THE_ENGINE = ("read", "deliver")


def parts_us(said: Sequence[Scrape]) -> Mapping[str, float]:
    """Microseconds of each part per delivered event, over the lives of all workers; nothing where none was delivered.

    It is time that passed, so it holds what the part waited for a processor or for Python's lock; to deliver is also to
    wait for the broker.
    """
    events = sum(sum(each.values(f"{LATENCY.name}_count")) for each in said)
    return {part: 1e6 * _seconds(said, part) / events for part in PARTS} if events else {}


def _seconds(said: Sequence[Scrape], part: str) -> float:
    name, label = (BUSY.exposed_name, "part") if part in _OF_THE_ENGINE else (f"{STAGE.name}_sum", "stage")
    return sum(value for each in said for labels, value in each.series(name) if labels[label] == part)
