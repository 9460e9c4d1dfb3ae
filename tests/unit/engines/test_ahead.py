"""A file judged with the model at work while the file is read."""

from collections.abc import Callable, Iterator, Sequence
from threading import Event, current_thread

import pytest

from detector.batching import BatchPolicy
from detector.clock import ManualClock
from detector.engines.ahead import FIRST, ROUND_TOKENS, score_ahead
from detector.errors import Retry
from detector.inline import score_inline
from detector.outcomes import Destination
from detector.records import Record
from detector.scoring import KeywordScorer, Scorer, Window, WindowScore
from tests.samples import LEAK, event, pipeline, record

PATIENCE_SECONDS = 30.0
VALUES = [event({"name": "word " * (7 * number % 50)}) for number in range(300)]
VALUES[5] = b"not json"
VALUES[11] = event({"name": LEAK})


def records(count: int = len(VALUES)) -> Iterator[Record]:
    return (record(VALUES[offset % len(VALUES)], offset) for offset in range(count))


class Watched(KeywordScorer):
    """Says before each run what it was given, and in which thread."""

    def __init__(self, before: Callable[[Sequence[Window]], object]) -> None:
        super().__init__()
        self._before = before

    def score(self, windows: Sequence[Window]) -> Sequence[WindowScore]:
        self._before(windows)
        return super().score(windows)


def ahead_of(source: Iterator[Record], scorer: Scorer, ahead: int = 512) -> Iterator[object]:
    clock = ManualClock()
    return score_ahead(pipeline(scorer, clock, batch=BatchPolicy(max_items=3)), scorer, clock, source, ahead)


@pytest.mark.parametrize("ahead", [1, 3, 70, 512])
def test_the_outcomes_are_those_of_the_pipeline_in_one_thread_in_the_same_order(ahead: int) -> None:
    clock, scorer = ManualClock(), KeywordScorer()
    expected = list(score_inline(pipeline(scorer, clock), scorer, clock, records()))
    outcomes = list(ahead_of(records(), scorer, ahead))
    assert outcomes == expected
    assert [each.position.offset for each in expected if each.destination is Destination.DEAD_LETTERS] == [5]


def test_the_file_is_read_on_while_the_model_is_at_work() -> None:
    read_on = Event()
    waited: list[bool] = []

    def source() -> Iterator[Record]:
        for number, each in enumerate(records(2 * FIRST)):
            if number == FIRST + 1:
                read_on.set()
            yield each

    def wait_for_the_reader(_windows: Sequence[Window]) -> None:
        if not waited:
            waited.append(read_on.wait(PATIENCE_SECONDS))

    assert len(list(ahead_of(source(), Watched(wait_for_the_reader)))) == 2 * FIRST
    assert waited == [True]


def test_no_more_is_in_memory_than_asked_for() -> None:
    read, given = 0, 0

    def source() -> Iterator[Record]:
        nonlocal read
        for each in records():
            read += 1
            assert read - given <= 10
            yield each

    for _ in ahead_of(source(), KeywordScorer(), ahead=10):
        given += 1
    assert given == len(VALUES)


def test_the_model_is_given_rounds_of_many_windows_by_one_thread() -> None:
    runs, threads = [], set()

    def note(windows: Sequence[Window]) -> None:
        runs.append(sum(window.padded for window in windows))
        threads.add(current_thread().name)

    list(ahead_of(records(), Watched(note)))
    assert len(threads) == 1
    assert max(runs) <= ROUND_TOKENS + 3 * 64  # the batch that fills it is not cut
    assert len(runs) < len(VALUES) / 10


def test_a_model_that_may_be_asked_again_later_ends_it() -> None:
    def fail(_windows: Sequence[Window]) -> None:
        raise Retry("out of memory")

    with pytest.raises(Retry, match="out of memory"):
        list(ahead_of(records(), Watched(fail)))


def test_a_source_that_breaks_off_ends_it() -> None:
    def source() -> Iterator[Record]:
        yield from records(3 * FIRST)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(ahead_of(source(), KeywordScorer()))


def test_nothing_in_gives_nothing_out() -> None:
    assert list(ahead_of(iter(()), KeywordScorer())) == []
