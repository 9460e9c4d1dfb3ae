"""What the comparison should come to."""

from collections.abc import Iterator, Sequence

from detector.bench.peers.contenders import Contender, Race
from detector.bench.peers.figures import Row
from detector.bench.report import Bar
from detector.bench.samples import Spread
from detector.demo.statistics import PROMISE_MS

TIMES: dict[Contender, float] = {Contender.HF_PIPELINE: 12.0, Contender.PADDED_ONNX: 2.0}
"""How many times a peer's events per second the product has while it keeps its promise."""

JSON_ONLY: dict[Contender, Contender] = {
    Contender.QUIX_EXACTLY_ONCE: Contender.PRODUCT,
    Contender.QUIX: Contender.PRODUCT_AT_LEAST_ONCE,
}
"""Whom the engine alone is not to fall behind, under the same promise."""


def bars(rows: Sequence[Row]) -> list[Bar]:
    """Of the peers that were measured."""
    return [*_with_model(rows), *_engine_alone(rows), *_repeated(rows)]


def _with_model(rows: Sequence[Row]) -> Iterator[Bar]:
    for row in rows:
        if row.race is Race.MODEL and row.contender in TIMES:
            name = f"events per second with p99 up to {PROMISE_MS:g} ms over those of {row.contender}"
            yield Bar(name, _middle(row.ahead_in_time), TIMES[row.contender], at_least=True)


def _engine_alone(rows: Sequence[Row]) -> Iterator[Bar]:
    alone = {row.contender: row for row in rows if row.race is Race.ENGINE}
    for peer, ours in JSON_ONLY.items():
        if peer in alone and ours in alone:
            theirs, own = _middle(alone[peer].throughput), _middle(alone[ours].throughput)
            ratio = own / theirs if own is not None and theirs else None
            yield Bar(f"engine alone: events per second of {ours} over those of {peer}", ratio, 1.0, at_least=True)


def _repeated(rows: Sequence[Row]) -> Iterator[Bar]:
    for row in rows:
        if row.contender is Contender.PRODUCT:
            yield Bar(f"{row.race}: verdicts of {row.contender} repeated", row.repeated, 0)


def _middle(spread: Spread | None) -> float | None:
    return None if spread is None else spread.median
