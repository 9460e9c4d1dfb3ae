"""The pipeline in one thread: for files, one-off questions and tests; same verdicts, no queues."""

from collections.abc import Iterable, Iterator

from detector.clock import Clock
from detector.outcomes import Outcome
from detector.pipeline import Pipeline
from detector.records import Record
from detector.scoring import Scorer, score_each


def score_inline(
    pipeline: Pipeline, scorer: Scorer, clock: Clock, records: Iterable[Record], ahead: int = 256
) -> Iterator[Outcome]:
    """Outcomes in the order of the records of each partition; up to `ahead` records are read before the first is scored.

    Reading ahead is what lets short texts share a batch.
    """
    for record in records:
        pipeline.push(record)
        if pipeline.in_flight >= ahead:
            yield from _scored(pipeline, scorer, clock)
    yield from _scored(pipeline, scorer, clock)


def _scored(pipeline: Pipeline, scorer: Scorer, clock: Clock) -> Iterator[Outcome]:
    while batch := pipeline.next_batch(idle=True):
        start = clock.monotonic()
        results = score_each(scorer, batch.windows)
        pipeline.complete(batch, results, clock.monotonic() - start)
    while outcomes := pipeline.take().outcomes:
        yield from outcomes
