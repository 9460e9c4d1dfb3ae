"""A file as a stream: what comes is decoded and cut while the model reads what came before.

Here throughput counts and nobody waits for a single verdict. So the model is given rounds of many windows, which share
out evenly over its threads, and the next round waits for it when it comes back from one.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from detector.clock import Clock
from detector.outcomes import Outcome
from detector.pipeline import Batch, Pipeline
from detector.records import Record
from detector.scoring import Scored, Scorer, score_each

AHEAD = 512
"""Records that are read before the first of them is delivered: so many that each length has company."""
ROUND_TOKENS = 3072
"""Padded tokens of a round; more gains nothing, and leaves more to wait for at the end of the file."""
FIRST = 64
"""Records that are read before the model begins."""
_ROUNDS = 2
"""One at the model, and one that waits for it."""


class _Run(NamedTuple):
    results: list[Scored]
    seconds: float


class _Round(NamedTuple):
    batches: Sequence[Batch]
    run: Future[_Run]


def score_ahead(
    pipeline: Pipeline, scorer: Scorer, clock: Clock, records: Iterable[Record], ahead: int = AHEAD
) -> Iterator[Outcome]:
    """Outcomes in the order of the records of each partition, the same as `score_inline` gives, sooner.

    The pipeline is used by the caller's thread, `Scorer.score` by another. At most `ahead` records are in memory.
    """
    rounds: deque[_Round] = deque()
    source = iter(records)
    with ThreadPoolExecutor(1, thread_name_prefix="scoring") as model:

        def hand_over() -> None:
            while len(rounds) < _ROUNDS and (batches := _next_batches(pipeline)):
                rounds.append(_Round(batches, model.submit(_score, scorer, clock, batches)))

        while True:
            idle = not rounds
            read = _read(pipeline, source, ahead, rounds)
            hand_over()
            if idle and rounds and read:
                continue  # read on while the model has its first round
            if not rounds and not read and not pipeline.in_flight:
                return
            if rounds:
                _complete(pipeline, rounds.popleft())
                hand_over()
            yield from pipeline.take().outcomes


def _read(pipeline: Pipeline, source: Iterator[Record], ahead: int, rounds: Sequence[_Round]) -> int:
    """Read on as long as there is room and the model has something to do; only a little where it has nothing."""
    read = 0
    most = ahead if rounds else min(ahead, FIRST)
    while pipeline.in_flight < most and not (rounds and rounds[0].run.done()):
        record = next(source, None)
        if record is None:
            break
        pipeline.push(record)
        read += 1
    return read


def _next_batches(pipeline: Pipeline) -> list[Batch]:
    batches: list[Batch] = []
    tokens = 0
    while tokens < ROUND_TOKENS and (batch := pipeline.next_batch(idle=True)) is not None:
        batches.append(batch)
        tokens += _tokens(batch)
    return batches


def _score(scorer: Scorer, clock: Clock, batches: Sequence[Batch]) -> _Run:
    start = clock.monotonic()
    results = score_each(scorer, [window for batch in batches for window in batch.windows])
    return _Run(results, clock.monotonic() - start)


def _complete(pipeline: Pipeline, done: _Round) -> None:
    """Each batch is told its share of the time, by its tokens."""
    run = done.run.result()
    results = iter(run.results)
    whole = sum(map(_tokens, done.batches))
    for batch in done.batches:
        own = [next(results) for _ in batch.windows]
        pipeline.complete(batch, own, run.seconds * _tokens(batch) / whole)


def _tokens(batch: Batch) -> int:
    return sum(window.padded for window in batch.windows)
