"""What the figures should reach."""

from collections.abc import Iterator, Sequence

from detector.bench.article import ARTICLE_P99_MS, ARTICLE_RATE
from detector.bench.engines.figures import Row
from detector.bench.engines.variants import Model, Variant
from detector.bench.report import Bar
from detector.demo.statistics import PROMISE_MS
from detector.settings import Delivery


def bars(rows: Sequence[Row]) -> list[Bar]:
    """For the shipped model the article's figures and the product's promise, and for every row its guarantee."""
    return [bar for row in rows for bar in _of_row(row)] + list(_without_timer(rows))


def _of_row(row: Row) -> Iterator[Bar]:
    name = f"{row.title} {row.variant.delivery}, model {row.model}"
    if row.variant.delivery is Delivery.EXACTLY_ONCE:
        yield Bar(f"{name}: verdicts repeated", row.repeated, 0)
    if row.model is Model.NONE or row.variant is Variant.FAUST_TAKE:
        return
    sustained = row.throughput.median if row.throughput else None
    yield Bar(f"{name}: events per second", sustained, ARTICLE_RATE, at_least=True)
    for rate, at in row.at_rate.items():
        limit = ARTICLE_P99_MS if rate == ARTICLE_RATE else PROMISE_MS
        yield Bar(f"{name}: p99 in ms at {rate:g} events per second", at.latency.p99 if at.latency else None, limit)


def _without_timer(rows: Sequence[Row]) -> Iterator[Bar]:
    """Faust's timer makes a lone event wait; the engine's own batcher must not. Seen where events are rarest."""
    named = {(row.model, row.variant): row for row in rows}
    for model in dict.fromkeys(row.model for row in rows):
        own, timed = named.get((model, Variant.FAUST)), named.get((model, Variant.FAUST_TAKE))
        if own is None or timed is None:
            continue
        rate = min(own.at_rate)
        mine, theirs = own.at_rate[rate].latency, timed.at_rate[rate].latency
        if theirs is not None:
            name = f"{own.title}, model {model}: p50 in ms at {rate:g} events per second beside {timed.title}"
            yield Bar(name, mine.p50 if mine else None, round(theirs.p50, 3))
