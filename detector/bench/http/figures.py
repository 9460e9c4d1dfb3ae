"""What the runs come to, and what they should reach: the article's table beside ours."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from detector.bench.article import ARTICLE_AVERAGE_MS, ARTICLE_LOAD_P99_MS, ARTICLE_RATE
from detector.bench.http.load import Answered
from detector.bench.http.plan import Run
from detector.bench.report import Bar, rounded
from detector.demo.statistics import PROMISE_MS, percentile


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, times in ms; None is what could not be taken, or what the article does not say.

    `in_time` is the share of requests whose verdict kept the promise, `throughput` verdicts per second, and `late` how
    late 99 % of the requests left at the most.
    """

    title: str
    requests: int | None = None
    refused: int | None = None
    in_time: float | None = None
    average: float | None = None
    tp90: float | None = None
    tp99: float | None = None
    least: float | None = None
    most: float | None = None
    throughput: float | None = None
    late: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Ready for `json.dumps`."""
        return {name: rounded(value) if isinstance(value, float) else value for name, value in asdict(self).items()}


ARTICLE = Row("the article", average=ARTICLE_AVERAGE_MS, tp99=ARTICLE_LOAD_P99_MS, throughput=ARTICLE_RATE)
"""Its load run with JMeter at 512 tokens, on 24 vCPUs; its comparison of models says 116 ms for the same tp99."""


def row(run: Run, answered: Answered) -> Row:
    """A run's line."""
    times = answered.latencies_ms
    if not times:
        return Row(run.title, answered.asked, answered.refused, 0.0)
    return Row(
        run.title,
        answered.asked,
        answered.refused,
        sum(time <= PROMISE_MS for time in times) / answered.asked,
        sum(times) / len(times),
        percentile(times, 0.90),
        percentile(times, 0.99),
        min(times),
        max(times),
        len(times) / answered.seconds,
        percentile(answered.late_ms, 0.99) if answered.late_ms else None,
    )


def bars(runs: Sequence[Run], rows: Sequence[Row]) -> list[Bar]:
    """The article's figures, for one user and for as many requests per second as it had."""
    return [bar for run, line in zip(runs, rows, strict=True) for bar in _of(run, line)]


def _of(run: Run, line: Row) -> Iterator[Bar]:
    assert ARTICLE.average is not None
    assert ARTICLE.tp99 is not None
    if run.users == 1:
        yield Bar(f"{line.title}: average in ms", line.average, ARTICLE.average)
        yield Bar(f"{line.title}: requests per second", line.throughput, ARTICLE_RATE, at_least=True)
    if run.users == 1 or run.rate == ARTICLE_RATE:
        yield Bar(f"{line.title}: tp99 in ms", line.tp99, ARTICLE.tp99)
        yield Bar(f"{line.title}: requests refused", line.refused, 0)
