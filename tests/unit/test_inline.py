"""The pipeline in one thread."""

from collections.abc import Sequence

import pytest

from detector.batching import BatchPolicy
from detector.clock import ManualClock
from detector.inline import score_inline
from detector.outcomes import Destination
from detector.scoring import KeywordScorer, Window, WindowScore
from tests.samples import LEAK, event, pipeline, record

VALUES = [event({"name": "word " * (7 * number % 50)}) for number in range(20)]
VALUES[5] = b"not json"
VALUES[11] = event({"name": LEAK})


@pytest.mark.parametrize("ahead", [1, 3, 7, 256])
def test_outcomes_come_in_the_order_of_the_records_however_far_is_read_ahead(ahead: int) -> None:
    clock = ManualClock()
    flow = pipeline(clock=clock, batch=BatchPolicy(max_items=3))
    records = [record(value, offset) for offset, value in enumerate(VALUES)]
    outcomes = list(score_inline(flow, KeywordScorer(), clock, records, ahead))
    assert [outcome.position.offset for outcome in outcomes] == list(range(20))
    letters = [outcome for outcome in outcomes if outcome.destination is Destination.DEAD_LETTERS]
    assert [letter.position.offset for letter in letters] == [5]


def test_no_more_is_read_than_asked_for_before_the_first_outcome() -> None:
    read = 0

    def source() -> object:
        nonlocal read
        for offset in range(100):
            read += 1
            yield record(event(), offset)

    clock = ManualClock()
    next(iter(score_inline(pipeline(clock=clock), KeywordScorer(), clock, source(), ahead=4)))  # type: ignore[arg-type]
    assert read == 4


def test_short_texts_share_a_run_of_the_model() -> None:
    class Counting(KeywordScorer):
        runs: list[int] = []  # noqa: RUF012 - read once, below

        def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
            self.runs.append(len(windows))
            return super().score(windows)

    clock, scorer = ManualClock(), Counting()
    list(score_inline(pipeline(scorer, clock), scorer, clock, [record(event(), offset) for offset in range(8)]))
    assert scorer.runs == [8]


def test_nothing_in_gives_nothing_out() -> None:
    clock = ManualClock()
    assert list(score_inline(pipeline(clock=clock), KeywordScorer(), clock, [])) == []
