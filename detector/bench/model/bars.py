"""What the product's backends should reach with DistilBERT-base's shape and one text of 512 tokens."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from detector.bench.model.candidates import Candidate
from detector.bench.model.figures import Floor, Row, best_backend, said_of
from detector.bench.report import Bar

BEST, DEFAULT = (0.30, 0.36), (0.45, 0.52)
"""Times over ONNX Runtime's with fp32 and default options: on AMD's processors with VNNI, and on Intel's with it."""

OVER_FLOOR = 1.3

_VNNI = {"avx512_vnni", "avx_vnni", "amx_int8"}


def bars(rows: Sequence[Row], floor: Floor | None, machine: Mapping[str, Any]) -> list[Bar]:
    """All of them; what was not measured has no value. A processor that is not Intel's has the lower ones."""
    return list(_bars(rows, floor, machine))


def _bars(rows: Sequence[Row], floor: Floor | None, machine: Mapping[str, Any]) -> Iterator[Bar]:
    intel = "intel" in machine["cpu"].lower()
    beside = "" if _VNNI & set(machine["flags"]) else " (a bar for processors with VNNI; this one has none)"
    default = next((row for row in rows if said_of(row) and row.subject.candidate is Candidate.ONNXRUNTIME), None)
    for name, row, bar in (
        ("best backend's", best_backend(rows), BEST[intel]),
        ("default backend's", default, DEFAULT[intel]),
    ):
        value = row.of_fp32.median if row is not None and row.of_fp32 is not None else None
        yield Bar(f"{name} time over onnxruntime-fp32's{beside}", value, bar)
    of_best = floor.of_best.median if floor is not None and floor.of_best is not None else None
    yield Bar(f"best backend's time over the floor{beside}", of_best, OVER_FLOOR)
