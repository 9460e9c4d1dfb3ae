"""What the times come to: a row for each subject and size, and the floor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from detector.bench.article import ARTICLE_TOKENS
from detector.bench.model.candidates import Candidate, Kernel, Model, Subject
from detector.bench.model.made import ONNX, PYTORCH, bundle_in
from detector.bench.model.operations import BASE, operations
from detector.bench.model.plan import Size
from detector.bench.model.run import Measured
from detector.bench.report import rounded
from detector.bench.samples import Spread
from detector.model.manifest import MODEL_FILE

_MIB, _MB = 2**20, 10**6
_SAID_OF = Size(ARTICLE_TOKENS, 1)
"""What the bars are about."""


@dataclass(frozen=True, slots=True)
class Row:
    """A subject at a size. Times are the medians of rounds in ms, `of_fp32` this one's over `onnxruntime-fp32`'s, by rounds.

    `peak_mib` is the most memory of its process up to this size, `file_mb` that of the model's file.
    """

    subject: Subject
    size: Size
    wall_ms: Spread
    cpu_ms: Spread
    of_fp32: Spread | None
    peak_mib: float
    file_mb: float

    @property
    def tokens_per_second(self) -> float:
        """At the median time."""
        return 1000 * self.size.tokens * self.size.batch / self.wall_ms.median


@dataclass(frozen=True, slots=True)
class Floor:
    """The least that DistilBERT-base's products can take for one text of 512 tokens, at the best int8 rate of each round.

    `of_best` is the quickest backend's time over that, by rounds.
    """

    rates: Mapping[Kernel, Spread]
    best: Kernel
    floor_ms: Spread
    of_best: Spread | None

    @property
    def int8_pays(self) -> bool:
        """Whether int8 is any faster here than fp32."""
        return self.rates[self.best].median > self.rates[Kernel.FP32].median


@dataclass(frozen=True, slots=True)
class Result:
    """All there is to tell: `shares` of the parts of the default backend's run, `missing` what is not installed."""

    rows: Sequence[Row]
    floor: Floor | None
    shares: Mapping[Model, Mapping[str, float]]
    missing: Sequence[Subject]
    threads: int

    def as_json(self) -> list[dict[str, Any]]:
        """The figures ready for `json.dumps`."""
        floor = [] if self.floor is None else [floor_json(self.floor)]
        return [*map(row_json, self.rows), *floor, *map(shares_json, self.shares, self.shares.values())]


def rows(measured: Measured, folders: Mapping[Model, Path]) -> list[Row]:
    """In the order of the run."""
    found = dict.fromkeys((subject, size) for subject, size, _ in measured.times)
    return [_row(measured, subject, size, folders) for subject, size in found]


def floor(measured: Measured) -> Floor | None:
    """None where no rate was measured."""
    if not measured.rates:
        return None
    rates = {kernel: Spread.of([each[kernel] for each in measured.rates]) for kernel in measured.rates[0]}
    known = {kernel: rate for kernel, rate in rates.items() if rate is not None}
    best = max((kernel for kernel in known if kernel is not Kernel.FP32), key=lambda kernel: known[kernel].median)
    floors = [1000 * operations(BASE, [ARTICLE_TOKENS]) / each[best] for each in measured.rates]
    middle = Spread.of(floors)
    assert middle is not None
    return Floor(known, best, middle, _over(_best_times(measured), dict(enumerate(floors))))


def best_backend(rows: Sequence[Row]) -> Row | None:
    """Of DistilBERT-base with one text of 512 tokens: the product's quickest."""
    ours = [row for row in rows if said_of(row) and row.subject.candidate.backend is not None]
    return min(ours, key=lambda row: row.wall_ms.median, default=None)


def said_of(row: Row) -> bool:
    """Whether the bars are about this model and size."""
    return row.subject.model is Model.BASE and row.size == _SAID_OF


def _row(measured: Measured, subject: Subject, size: Size, folders: Mapping[Model, Path]) -> Row:
    own = [times for (each, at, _), times in measured.times.items() if (each, at) == (subject, size)]
    wall, cpu = (
        Spread.of([median(each) for each in values])
        for values in ([times.wall_ms for times in own], [times.cpu_ms for times in own])
    )
    assert wall is not None
    assert cpu is not None
    fp32 = Subject(Model.BASE, Candidate.FP32)
    of_fp32 = (
        _over(_by_round(measured, subject, size), _by_round(measured, fp32, size))
        if subject.model is Model.BASE
        else None
    )
    file = _file(subject, folders[subject.model])
    return Row(subject, size, wall, cpu, of_fp32, own[0].peak_bytes / _MIB, file.stat().st_size / _MB)


def _by_round(measured: Measured, subject: Subject, size: Size) -> dict[int, float]:
    return {
        number: median(times.wall_ms)
        for (each, at, number), times in measured.times.items()
        if (each, at) == (subject, size)
    }


def _best_times(measured: Measured) -> dict[int, float]:
    """By rounds, of the backend that is the quickest over all."""
    ours = [_by_round(measured, Subject(Model.BASE, each), _SAID_OF) for each in Candidate if each.backend is not None]
    return min((each for each in ours if each), key=lambda each: median(each.values()), default={})


def _over(own: Mapping[int, float], other: Mapping[int, float]) -> Spread | None:
    return Spread.of([own[number] / other[number] for number in own if number in other])


def _file(subject: Subject, folder: Path) -> Path:
    """The file that holds the weights."""
    if subject.candidate.backend is not None:
        return bundle_in(folder, subject.model) / MODEL_FILE
    return folder / ONNX if subject.candidate is Candidate.FP32 else folder / PYTORCH / "model.safetensors"


def row_json(row: Row) -> dict[str, Any]:
    """The row ready for `json.dumps`."""
    return {
        "model": row.subject.model,
        "candidate": row.subject.candidate,
        **row.size._asdict(),
        "latency_ms": row.wall_ms.as_json(),
        "cpu_ms": row.cpu_ms.as_json(),
        "tokens_per_second": round(row.tokens_per_second),
        "latency_over_onnxruntime_fp32": None if row.of_fp32 is None else row.of_fp32.as_json(),
        "peak_rss_mib_so_far": round(row.peak_mib, 1),
        "file_mb": round(row.file_mb, 1),
    }


def floor_json(found: Floor) -> dict[str, Any]:
    """The floor ready for `json.dumps`."""
    return {
        "model": Model.BASE,
        **_SAID_OF._asdict(),
        "operations": operations(BASE, [ARTICLE_TOKENS]),
        "operations_per_second": {kernel: rate.as_json() for kernel, rate in found.rates.items()},
        "rate_taken": found.best,
        "floor_ms": found.floor_ms.as_json(),
        "best_backend_over_floor": None if found.of_best is None else found.of_best.as_json(),
    }


def shares_json(model: Model, shares: Mapping[str, float]) -> dict[str, Any]:
    """A model's shares ready for `json.dumps`."""
    return {
        "model": model,
        "candidate": Candidate.ONNXRUNTIME,
        "shares_of_time": {part: rounded(share) for part, share in shares.items()},
    }
