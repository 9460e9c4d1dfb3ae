"""The engines under test, each with the one value in which their promises differ."""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import pytest

from tests.brokers import Read, read_committed
from tests.integration.verdicts import identity, transactions
from tests.integration.workers import Stream, fresh_stream

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Engine:
    """How workers are told to use an engine, and what it promises.

    `most_repeats` is how many verdicts beyond the first of each event a crash or a rebalance may leave behind.
    """

    name: str
    settings: Mapping[str, str]
    most_repeats: float

    def __str__(self) -> str:
        return self.name


EXACTLY_ONCE = Engine("kafka", {"DETECTOR_ENGINE": "kafka", "DETECTOR_DELIVERY": "exactly-once"}, 0)
AT_LEAST_ONCE = Engine(
    "kafka at least once", {"DETECTOR_ENGINE": "kafka", "DETECTOR_DELIVERY": "at-least-once"}, math.inf
)
FAUST = Engine("faust", {"DETECTOR_ENGINE": "faust"}, math.inf)

ENGINES = (EXACTLY_ONCE, FAUST)
PROMISES = (EXACTLY_ONCE, AT_LEAST_ONCE, FAUST)

with_every_promise = pytest.mark.parametrize("engine", PROMISES, indirect=True, ids=str)
"""For cases in which it matters what is promised, not only which engine it is."""


def side_by_side(
    bootstrap: str, play: Callable[[Stream], T], engines: Sequence[Engine] = ENGINES
) -> Mapping[Engine, Future[T]]:
    """Play the same on every engine at once, each on a stream of its own: for cases that mostly wait."""
    with ThreadPoolExecutor(len(engines)) as threads:
        return {each: threads.submit(play, fresh_stream(bootstrap, each.settings)) for each in engines}


def assert_promise_kept(engine: Engine, stream: Stream, numbers: Iterable[int]) -> None:
    """Every event of `tests.integration.events` has its verdict, repeated only as promised and in the order of its key.

    The numbers are those of the events, which stood in ascending order in their topics.
    """
    records = read_committed(stream.bootstrap, stream.verdicts)
    firsts: dict[bytes, Read] = {}
    for record in records:
        firsts.setdefault(identity(record), record)
    assert transactions(firsts.values()) == {str(number): 1 for number in numbers}
    assert len(records) - len(firsts) <= engine.most_repeats
    order: dict[tuple[str, bytes | None], list[int]] = defaultdict(list)
    for record in firsts.values():
        verdict = json.loads(record.value or b"")
        order[verdict["source"]["topic"], record.key].append(int(verdict["transactionContext"]["transactionId"]))
    assert [place for place, events in order.items() if events != sorted(events)] == []
