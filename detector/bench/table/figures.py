"""What the runs come to, and what they should reach."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from detector.bench.article import (
    ARTICLE_AVERAGE_MS,
    ARTICLE_LOAD_P99_MS,
    ARTICLE_RATE,
    REVIEWS,
    REVIEWS_AFTER_SECONDS,
)
from detector.bench.report import Bar, rounded
from detector.bench.samples import Spread
from detector.bench.table.contenders import Contender
from detector.bench.table.reviews import Naive, Scored
from detector.bench.table.run import Rounds
from detector.demo.statistics import percentile
from detector.evaluation.results import Result

MIB = 2**20
SCORE_SECONDS = 5.0
"""What `detector score` should take for so many real texts, start to finish."""


@dataclass(frozen=True, slots=True)
class Row:
    """A model's line: times in ms over `samples` texts, throughput in texts per second, one text at a time.

    `average_of_rounds` is how far rounds lie apart. Accuracy is the share of the test set that is judged as labelled;
    None for a model that was never taught.
    """

    title: str
    size_mib: float | None = None
    samples: int = 0
    tp90: float | None = None
    tp99: float | None = None
    average: float | None = None
    throughput: float | None = None
    accuracy: float | None = None
    f1: float | None = None
    average_of_rounds: Spread | None = field(default=None)

    def as_json(self) -> dict[str, Any]:
        """Ready for `json.dumps`."""
        return {name: rounded(value) if isinstance(value, float) else value for name, value in asdict(self).items()}


ARTICLE = Row("the article", tp99=ARTICLE_LOAD_P99_MS, average=ARTICLE_AVERAGE_MS, throughput=ARTICLE_RATE)
"""Its load run at 512 tokens, on 24 vCPUs."""


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that was measured. The last row is the model as it serves by default."""

    rows: Sequence[Row]
    naive: Sequence[Naive]
    scored: Scored

    def as_json(self) -> list[dict[str, Any]]:
        """The figures, ready for `json.dumps`."""
        return [
            *(row.as_json() for row in self.rows),
            *(asdict(each) for each in self.naive),
            {
                "title": "detector score",
                "texts": self.scored.texts,
                "seconds": self.scored.seconds.as_json(),
                "cpu_seconds": self.scored.cpu_seconds.as_json(),
            },
        ]


def row(contender: Contender, rounds: Rounds, result: Result | None) -> Row:
    """A model's line; `result` is None for one that was never taught."""
    times = [each for block in rounds for each in block]
    overall = None if result is None else result.report.overall
    right = None if overall is None else overall.true_positives + overall.true_negatives
    average = sum(times) / len(times)
    return Row(
        contender.title,
        contender.size / MIB,
        len(times),
        percentile(times, 0.90),
        percentile(times, 0.99),
        average,
        1000 / average,
        None if overall is None or right is None else right / overall.total,
        None if overall is None else overall.f1,
        Spread.of([sum(block) / len(block) for block in rounds]),
    )


def rows(contenders: Sequence[Contender], taken: Mapping[str, Rounds], results: Mapping[str, Result]) -> list[Row]:
    """In the order of the contenders."""
    return [row(each, taken[each.title], results.get(each.title)) for each in contenders]


def bars(table: Table, served: str) -> list[Bar]:
    """The article's figures, for the row of the title `served`; and those for many texts."""
    return [*_of(next(each for each in table.rows if each.title == served)), *_of_reviews(table.scored)]


def _of(line: Row) -> Iterator[Bar]:
    yield Bar(f"{line.title}: average in ms", line.average, ARTICLE_AVERAGE_MS)
    yield Bar(f"{line.title}: tp99 in ms", line.tp99, ARTICLE_LOAD_P99_MS)
    yield Bar(f"{line.title}: texts per second", line.throughput, ARTICLE_RATE, at_least=True)


def _of_reviews(scored: Scored) -> Iterator[Bar]:
    if scored.texts < REVIEWS:
        return
    what = f"detector score, {scored.texts:,} texts, in s"
    yield Bar(what, scored.seconds.median, REVIEWS_AFTER_SECONDS)
    yield Bar(what, scored.seconds.median, SCORE_SECONDS)
