"""Labelled texts as JSON lines: `text`, `label`, and, where known, `kind`, `lang`, `category`, `family`, `spans`."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from detector.events import EventKind

_KINDS = {"listing_update": EventKind.LISTING_UPDATE, "listing": EventKind.LISTING_UPDATE}
_KINDS |= {"booking": EventKind.BOOKING, "message": EventKind.BOOKING}


def _kind(value: Any) -> Any:
    return _KINDS.get(value.lower(), value) if isinstance(value, str) else value


def _span(value: Any) -> Any:
    """A span may name a category or slot after its two offsets."""
    return tuple(value[:2]) if isinstance(value, (list, tuple)) else value


def _names(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
"""One name or a list of them: a text may leak in several ways."""


class Labelled(BaseModel):
    """One row. `spans` are half-open code points of `text` and empty for a clean text.

    `family` is how a leaking text is disguised, or what a clean one resembles. `where` is the file and the line.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    label: Literal["Fraud", "NonFraud"]
    kind: Annotated[EventKind, BeforeValidator(_kind)] = EventKind.LISTING_UPDATE
    lang: str = "?"
    category: Names = ("none",)
    family: Names = ("?",)
    spans: tuple[Annotated[tuple[int, int], BeforeValidator(_span)], ...] = ()
    where: str = ""

    @property
    def leak(self) -> bool:
        """Whether the label says that the text leaks."""
        return self.label == "Fraud"


def read_labelled(path: Path) -> Iterator[Labelled]:
    """The rows of a file, plain or gzipped; a row that does not fit is a ValueError naming file, line and member."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            where = f"{path.name}:{number}"
            try:
                row = json.loads(line)
                yield Labelled.model_validate({**row, "where": where} if isinstance(row, dict) else row)
            except ValidationError as error:
                first = error.errors(include_url=False, include_input=False)[0]
                member = ".".join(map(str, first["loc"])) or "row"
                raise ValueError(f"{where}: {member}: {first['msg']}") from None
            except json.JSONDecodeError as error:
                raise ValueError(f"{where}: not JSON ({error.msg})") from None
