"""The result on a terminal."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from detector.bench.model.candidates import OPENVINO, TRAIN, Candidate, Model
from detector.bench.model.figures import Floor, Result, Row
from detector.bench.model.plan import Plan
from detector.bench.report import Bar, Surroundings
from detector.bench.samples import Spread
from detector.bench.tables import bar_table, cell, number, side_by_side, surroundings_lines, warning
from detector.model.backends import BackendName

_READING = {
    Model.BASE: (
        "DistilBERT-base's shape, weights random. From token ids to the answer; the pipeline from texts, its tokenisation "
        "included. The product's own export: int8, two heads, evidence decoded; the others have one head and fp32."
    ),
    Model.SHIPPED: (
        "From texts to the scores of all their windows, everything included. A text longer than the bundle's window is cut "
        "into several."
    ),
}
_HOW = (
    "Medians of rounds, under them the least and most; large batches have one round. Every candidate is in a process of its "
    "own, by turns, with {threads} threads. Memory is the most that a process had, at a batch of one and at the largest."
)


def show(plan: Plan, result: Result, bars: Sequence[Bar], where: Surroundings, console: Console) -> None:
    """Prints the machine, the tables of each model, who is missing and why, the limit, and the bars."""
    for line in surroundings_lines(where):
        console.print(line)
    for model in plan.models:
        own = [row for row in result.rows if row.subject.model is model]
        if own:
            _model(model, own, console)
    console.print(Text(_HOW.format(threads=result.threads), "dim"))
    for subject in result.missing:
        by = OPENVINO if subject.candidate.backend is BackendName.OPENVINO else TRAIN
        console.print(warning(f"{subject.model}, {subject.candidate}: not installed: {by}"))
    _limit(result.floor, console)
    _shares(result.shares, console)
    console.print(bar_table(bars))


def _model(model: Model, rows: Sequence[Row], console: Console) -> None:
    sizes = sorted(dict.fromkeys(row.size for row in rows), key=lambda size: (size.batch, size.tokens))
    candidates = list(dict.fromkeys(row.subject.candidate for row in rows))
    at = {(row.subject.candidate, row.size): row for row in rows}
    headings = [f"{size.batch} x\n{size.tokens}" for size in sizes]
    for title, column in (("ms", _latency), ("tokens a second", _pace)):
        cells = [[column(at.get((each, size))) for each in candidates] for size in sizes]
        console.print(
            side_by_side(
                f"{model}: {title}", [each.value for each in candidates], list(zip(headings, cells, strict=True))
            )
        )
    whole = [[at[each, size] for size in sizes if (each, size) in at] for each in candidates]
    weights = [
        ("RSS, MiB,\none text", [number(_up_to_one(each)) for each in whole]),
        ("RSS, MiB,\nall", [number(each[-1].peak_mib) for each in whole]),
        ("file,\nMB", [number(each[0].file_mb) for each in whole]),
    ]
    console.print(side_by_side(f"{model}: memory", [each.value for each in candidates], weights))
    console.print(Text(_READING[model], "dim"))


def _latency(row: Row | None) -> Text:
    return cell(row.wall_ms if row else None)


def _pace(row: Row | None) -> str:
    return number(row.tokens_per_second if row else None)


def _up_to_one(rows: Sequence[Row]) -> float | None:
    return max((row.peak_mib for row in rows if row.size.batch == 1), default=None)


def _limit(floor: Floor | None, console: Console) -> None:
    if floor is None:
        console.print(warning(f"the limit: not measurable here: {TRAIN}"))
        return
    names, cells = [each.value for each in floor.rates], [cell(_in_giga(rate)) for rate in floor.rates.values()]
    console.print(side_by_side("matrix products, 512 rows", names, [("10^9 operations\na second", cells)]))
    console.print(
        f"the floor, one text of 512 tokens in {Model.BASE}: {number(floor.floor_ms.median)} ms, its products "
        f"at the rate of {floor.best}",
        highlight=False,
    )
    if not floor.int8_pays:
        console.print(warning("int8 is no faster than fp32 here: this processor gains nothing by it but memory"))


def _shares(shares: Mapping[Model, Mapping[str, float]], console: Console) -> None:
    if shares:
        parts = list(next(iter(shares.values())))
        columns = [(model.value, [f"{100 * of[part]:.0f} %" for part in parts]) for model, of in shares.items()]
        console.print(side_by_side(f"{Candidate.ONNXRUNTIME}: where a whole window's time goes", parts, columns))


def _in_giga(rate: Spread) -> Spread:
    return Spread(*(each / 1e9 for each in (rate.median, rate.low, rate.high)))
