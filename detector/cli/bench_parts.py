"""What the commands of `detector bench` have in common."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from detector.bench.machine import git_commit, library_versions, machine_facts
from detector.bench.mixes import OwnTexts
from detector.bench.own_texts import read_texts
from detector.bench.report import Bar, Surroundings, document, write
from detector.bench.texts import Places
from detector.cli.models import default_bundle
from detector.cli.options import SECRET
from detector.events import EventKind
from detector.model.bundle import load_bundle
from detector.model.encoding import TextEncoder, load_tokenizer
from detector.settings import Settings
from detector.settings.model import PASSED_ON, PREFIX
from detector.text import prepare

Listings = Annotated[
    Path | None, typer.Option(help="Make listings of these texts: JSON lines, events or rows with a `text`.")
]
Messages = Annotated[Path | None, typer.Option(help="Make messages of these; in both one in eight leaks all the same.")]

NO_MODEL = (sys.executable, "-m", "detector", "bench", "worker")
"""A worker whose scorer costs nothing."""


class Taken:
    """What was measured when and on what: begun before the measurement, written down after it."""

    def __init__(self, bench: str) -> None:
        self._bench = bench
        self._began = datetime.now(UTC)
        self.surroundings = Surroundings(machine_facts(), library_versions(), git_commit())

    def keep(
        self,
        file: Path | None,
        options: Mapping[str, Any],
        figures: Sequence[Mapping[str, Any]],
        bars: Sequence[Bar],
        console: Console,
    ) -> None:
        """Write the figures into a file if one is wanted, and say so."""
        if file is not None:
            write(file, document(self._bench, self._began, self.surroundings, options, figures, bars))
            console.print(f"figures: {file}", soft_wrap=True)


def variables_of(settings: Settings) -> Mapping[str, str]:
    """The model, and what it runs on, as environment variables of a worker or server."""
    given = {"BUNDLE": str((settings.bundle or default_bundle()).resolve()), "BACKEND": settings.backend}
    if settings.threads is not None:
        given["THREADS"] = str(settings.threads)
    return {f"{PREFIX}{name}": value for name, value in given.items()}


def variables_from(pairs: Sequence[str]) -> Mapping[str, str]:
    """Settings written `name=value` as environment variables of a worker; raises `BadParameter` for what is none.

    Those that may hold a secret are not taken, since the figures repeat them.
    """
    variables = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name.lower() not in Settings.model_fields or name.lower() in (*PASSED_ON, *SECRET):
            raise typer.BadParameter(f"{name} is not a setting: give one like cache_windows=0")
        variables[f"{PREFIX}{name.upper()}"] = value
    return variables


def own_texts(listings: Path | None, messages: Path | None) -> OwnTexts:
    """The texts of the files that were named, by kind of event."""
    files = {EventKind.LISTING_UPDATE: listings, EventKind.BOOKING: messages}
    return {kind: read_texts(file) for kind, file in files.items() if file is not None}


def names_of(listings: Path | None, messages: Path | None) -> Mapping[str, str | None]:
    """The same files for the record: a path may tell of the machine, its last name does not."""
    files = {"listings": listings, "messages": messages}
    return {name: None if file is None else file.name for name, file in files.items()}


def places_for(settings: Settings) -> Places:
    """Where the bundle's own tokens stand in a text; hints, which the model is shown besides, have no place in it."""
    encoder = TextEncoder(load_tokenizer(load_bundle(settings.bundle or default_bundle())), {})

    def places(text: str) -> Sequence[tuple[int, int]]:
        prepared = prepare(text)
        return [prepared.to_original(*offsets) for offsets in encoder.encode(prepared.text).offsets]

    return places
