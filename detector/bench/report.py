"""A bench's result as a file for machines."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from detector.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Bar:
    """What a figure should reach: at most `bar`, or at least. A figure that could not be taken does not reach it."""

    name: str
    value: float | None
    bar: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        """Whether it does."""
        if self.value is None:
            return False
        return self.value >= self.bar if self.at_least else self.value <= self.bar

    def as_json(self) -> dict[str, Any]:
        """The name says what is counted, in which unit, and which side of the bar is good."""
        side = "at least" if self.at_least else "at most"
        return {"name": f"{self.name}, {side}", "value": rounded(self.value), "bar": self.bar, "met": self.met}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was measured on: machine, versions and commit as `detector.bench.machine` gives them."""

    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    commit: str | None


def document(
    bench: str,
    taken: datetime,
    surroundings: Surroundings,
    options: Mapping[str, Any],
    figures: Sequence[Mapping[str, Any]],
    bars: Sequence[Bar],
) -> dict[str, Any]:
    """Everything about one run, ready for `json.dumps`."""
    return {
        "bench": bench,
        "taken": taken.isoformat(timespec="seconds"),
        "machine": dict(surroundings.machine),
        "versions": dict(surroundings.versions),
        "commit": surroundings.commit,
        "options": dict(options),
        "figures": [dict(each) for each in figures],
        "bars": [bar.as_json() for bar in bars],
    }


def write(file: Path, content: Mapping[str, Any]) -> None:
    """Raises `Misconfigured` if the file cannot be written."""
    try:
        file.write_text(json.dumps(content, indent=2) + "\n")
    except OSError as error:
        raise Misconfigured(
            f"{file} cannot be written ({error.strerror}): name a file in a folder that exists."
        ) from None


def rounded(value: float | None) -> float | None:
    """Three decimals: more than any figure here is good for."""
    return None if value is None else round(value, 3)
