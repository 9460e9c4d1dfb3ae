"""What runs of the model take, as a table: measured here, or read from a file."""

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Self

from detector.bench.schedule.plan import Shape
from detector.errors import Misconfigured

_ROUNDED = 9


@dataclass(frozen=True)
class Costs:
    """Seconds of a run by how many windows it has and how long they are; in between and beyond it is interpolated."""

    seconds: Mapping[Shape, float]
    _known: dict[Shape, float] = field(default_factory=dict, repr=False)

    def run(self, windows: int, length: int) -> float:
        """Seconds of one run of so many windows of so many padded tokens."""
        shape = Shape(windows, length)
        if shape not in self._known:
            lengths = sorted({each.length for each in self.seconds})
            self._known[shape] = _between(lengths, length, lambda each: self._of_length(windows, each))
        return self._known[shape]

    def scaled(self, factor: float) -> Self:
        """The same machine, so many times slower."""
        return type(self)({shape: factor * seconds for shape, seconds in self.seconds.items()})

    def as_json(self) -> list[dict[str, float]]:
        """Ready for `json.dumps`, and for `of_file`."""
        return [{**shape._asdict(), "seconds": round(value, _ROUNDED)} for shape, value in self.seconds.items()]

    @classmethod
    def of_file(cls, file: Path) -> Self:
        """From a list like `as_json` gives, or a whole report of this bench; raises `Misconfigured` for anything else."""
        try:
            content: Any = json.loads(file.read_text())
            rows = content["options"]["costs"] if isinstance(content, dict) else content
            seconds = {Shape(int(row["windows"]), int(row["length"])): float(row["seconds"]) for row in rows}
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Misconfigured(
                f"{file} holds no table of run times ({type(error).__name__}): give a report that "
                "`detector bench schedule --json` wrote."
            ) from None
        if not seconds or min(seconds.values()) <= 0 or min(map(min, seconds)) < 1:
            raise Misconfigured(f"{file} has run times, windows or lengths that are not above nothing.")
        return cls(seconds)

    def _of_length(self, windows: int, length: int) -> float:
        counts = sorted(each.windows for each in self.seconds if each.length == length)
        if windows > counts[-1]:
            return self.seconds[Shape(counts[-1], length)] * windows / counts[-1]
        return _between(counts, windows, lambda count: self.seconds[Shape(count, length)])


def measure(shapes: Sequence[Shape], rounds: int, run: Callable[[Shape], object]) -> Costs:
    """The median of each shape's runs; shapes take turns, so that a slow second is shared."""
    taken: dict[Shape, list[float]] = {shape: [] for shape in shapes}
    for _ in range(rounds):
        for shape in shapes:
            start = perf_counter()
            run(shape)
            taken[shape].append(perf_counter() - start)
    return Costs({shape: median(seconds) for shape, seconds in taken.items()})


def _between(known: Sequence[int], wanted: int, value: Callable[[int], float]) -> float:
    """On a straight line between the nearest of the known ones; outside as at the nearest, per unit."""
    place = bisect_left(known, wanted)
    if place < len(known) and known[place] == wanted:
        return value(wanted)
    if place in (0, len(known)):
        nearest = known[min(place, len(known) - 1)]
        return value(nearest) * wanted / nearest
    low, high = known[place - 1], known[place]
    share = (wanted - low) / (high - low)
    return value(low) * (1 - share) + value(high) * share
