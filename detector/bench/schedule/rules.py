"""The schedules that are compared, and what the model has to run for each."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Protocol

from detector.batching import LATE_TURNS, BatchPolicy, MicroBatcher
from detector.bench.schedule.peers import Batch, FixedSize, Infinity, NearestLengths, Tei, Triton
from detector.bench.schedule.plan import Rule, Shape
from detector.model.threads import usable_cpus

_SCHEDULES: Mapping[Rule, Callable[[], "Schedule"]] = {
    Rule.SHIPPED: lambda: MicroBatcher(BatchPolicy(lanes=usable_cpus())),
    Rule.YIELDING: lambda: MicroBatcher(BatchPolicy(late_turns=LATE_TURNS, lanes=usable_cpus())),
    Rule.PADDED: NearestLengths,
    Rule.TEI: Tei,
    Rule.INFINITY: Infinity,
    Rule.TRITON: Triton,
    Rule.FIXED: FixedSize,
}
_APART = (Rule.SHIPPED, Rule.YIELDING, Rule.PADDED)
"""Run each length of a batch by itself; the others pad it to its longest window."""


class Schedule(Protocol):
    """Decides what the model reads next. Items are numbers of events; times are seconds of a virtual clock."""

    def add(self, item: int, *, length: int, deadline: float, now: float) -> None:
        """A window has come, of so many padded tokens."""

    def take(self, now: float, *, idle: bool) -> Batch:
        """The next batch, empty if nothing should go yet; `idle` says that the model is free."""

    def wait(self, now: float) -> float | None:
        """Seconds until `take` may give something although nothing happens; None: never."""

    def scored(self, batch: Batch, seconds: float, now: float) -> None:
        """A batch has come back."""

    def forget(self, unwanted: Callable[[int], bool]) -> None:
        """Nobody waits for these any more."""


def schedule(rule: Rule) -> Schedule:
    """A new one of the kind."""
    return _SCHEDULES[rule]()


def runs(rule: Rule, batch: Batch) -> list[Shape]:
    """What the model computes for a batch."""
    if rule in _APART:
        return [Shape(count, length) for length, count in Counter(each.length for each in batch).items()]
    return [Shape(len(batch), max(each.length for each in batch))]
