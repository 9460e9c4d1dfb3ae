"""What the figures should reach."""

from collections.abc import Iterator, Sequence

from detector.bench.article import ARTICLE_RATE
from detector.bench.life import Life
from detector.bench.mixes import Mix
from detector.bench.report import Bar
from detector.bench.samples import Spread
from detector.bench.stream.figures import Row
from detector.settings import Delivery

P99_MS = 60.0
RSS_MB = 450.0
READY_SECONDS = 2.0
ENGINE_RATE = 40_000.0
_MB_PER_MIB = 2**20 / 10**6


def bars(rows: Sequence[Row]) -> list[Bar]:
    """Of every row its guarantee, memory and start, and for 512 tokens exactly once the latency at the article's rate."""
    return [bar for row in rows for bar in _of(row)]


def _of(row: Row) -> Iterator[Bar]:
    exactly_once = row.subject.delivery is Delivery.EXACTLY_ONCE
    if exactly_once and row.subject.mix is Mix.LISTINGS_512:
        for (rate, arrivals), at in row.at.items():
            if rate == ARTICLE_RATE:
                p99 = at.latency.p99 if at.latency else None
                yield Bar(f"{row.title}: p99 in ms at {rate:g} events per second, {arrivals}", p99, P99_MS)
    if exactly_once:
        yield Bar(f"{row.title}: verdicts repeated", row.repeated, 0)
    yield Bar(f"{row.title}: RSS in MB", _most(row.peak_mib, _MB_PER_MIB), RSS_MB)
    yield Bar(f"{row.title}: seconds from start to ready", _middle(row.ready_seconds), READY_SECONDS)


def engine_bars(lives: Sequence[tuple[Delivery, Life]]) -> list[Bar]:
    """Of the engine alone: events per second, the median of a guarantee's rounds, and what it repeated."""
    return [bar for delivery in dict.fromkeys(each for each, _ in lives) for bar in _of_engine(delivery, lives)]


def _of_engine(delivery: Delivery, lives: Sequence[tuple[Delivery, Life]]) -> Iterator[Bar]:
    own = [life for each, life in lives if each is delivery]
    rates = Spread.of([life.drained.rate for life in own if life.drained.rate is not None])
    name = f"engine alone, {delivery}"
    yield Bar(f"{name}: events per second", _middle(rates), ENGINE_RATE, at_least=True)
    if delivery is Delivery.EXACTLY_ONCE:
        yield Bar(f"{name}: verdicts repeated", sum(life.repeated for life in own), 0)


def _middle(spread: Spread | None) -> float | None:
    return spread.median if spread else None


def _most(spread: Spread | None, factor: float) -> float | None:
    return spread.high * factor if spread else None
