"""`detector bench peers`: the same texts through what a user would pick instead."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.bench.peers.contenders import Contender, Race, installing
from detector.bench.peers.plan import FULL, QUICK, Plan, entrants
from detector.cli.bench_parts import (
    NO_MODEL,
    Listings,
    Messages,
    Taken,
    names_of,
    own_texts,
    places_for,
    variables_of,
)
from detector.cli.exits import interrupts_end_in_order
from detector.cli.options import with_settings
from detector.evaluation.extras import require
from detector.operations.worker_process import WORKER
from detector.settings import Settings

_OURS = {Race.MODEL: WORKER, Race.ENGINE: NO_MODEL}


@with_settings("bundle", "backend", "threads")
def peers(  # noqa: PLR0913 - flags are arguments
    settings: Settings,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Three minutes instead of ten, on fewer events.")] = False,
    only: Annotated[
        list[Contender] | None, typer.Option(help="Only this one and the product; may be given again.")
    ] = None,
    race: Annotated[list[Race] | None, typer.Option(help="Only this race; may be given again.")] = None,
    python: Annotated[
        list[Path] | None,
        typer.Option(help="A Python that has peers' libraries, asked first; may be given again.", exists=True),
    ] = None,
    search: Annotated[
        bool, typer.Option("--search/--no-search", help="Look for the product's highest rate that keeps p99 at 250 ms.")
    ] = True,
    rounds: Annotated[int | None, typer.Option(min=1, help="Turns of each.")] = None,
    backlog: Annotated[int | None, typer.Option(min=1, help="Events of the backlog, with the model.")] = None,
    engine_backlog: Annotated[int | None, typer.Option(min=1, help="The same without a model.")] = None,
    seed: Annotated[int, typer.Option(help="Of the texts.")] = FULL.seed,
    listings: Listings = None,
    messages: Messages = None,
    bootstrap: Annotated[
        str | None, typer.Option(help="Measure on this Kafka, host:port, instead of a local one.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also draw the rates into this file.")] = None,
) -> None:
    """The same texts through what a user would pick instead, on the same broker, by turns.

    With a model: a Transformers pipeline and padded ONNX Runtime in a plain consumer loop, Presidio in the same, Quix
    Streams and Faust's `take` hosting the shipped model. Without one: the engine against Quix Streams that only reads
    and writes JSON. A peer runs on the first Python that has its library; `make bench-peers` installs what cannot be
    installed beside the product. One that is not installed, or fails, is named and left out.

    Starts a local Apache Kafka, which needs Java and Maven, and leaves nothing behind. Leave the machine alone
    meanwhile: broker, contenders and measurement share it.
    """
    if png is not None:
        require("matplotlib", "the picture", extra="bench")
    base = QUICK if quick else FULL
    backlogs = {Race.MODEL: backlog, Race.ENGINE: engine_backlog}
    entered = entrants(only or (), race or ())
    if not entered:
        raise typer.BadParameter("nobody of those chosen enters that race: without a model it is Quix Streams alone")
    plan = replace(
        base,
        entrants=entered,
        rounds=rounds or base.rounds,
        backlog={each: backlogs[each] or count for each, count in base.backlog.items()},
        search=base.search if search else None,
        seed=seed,
    )
    with interrupts_end_in_order():
        _peers(plan, settings, variables_of(settings), python or (), (listings, messages), bootstrap, json, png)


def _peers(
    plan: Plan,
    settings: Settings,
    variables: Mapping[str, str],
    pythons: Sequence[Path],
    own: tuple[Path | None, Path | None],
    bootstrap: str | None,
    json: Path | None,
    png: Path | None,
) -> None:
    from detector.bench.interpreters import interpreters  # noqa: PLC0415
    from detector.bench.peers.bars import bars  # noqa: PLC0415
    from detector.bench.peers.figures import row_json, rows  # noqa: PLC0415
    from detector.bench.peers.interpreters import commands, versions_of  # noqa: PLC0415
    from detector.bench.peers.run import measure  # noqa: PLC0415
    from detector.bench.peers.show import show  # noqa: PLC0415

    taken = Taken("peers")
    ours = {(race, each): _OURS[race] for race, entered in plan.entrants.items() for each in entered if each.ours}
    started = {**commands(interpreters(pythons)), **ours}
    entered = {each for contenders in plan.entrants.values() for each in contenders}
    versions = versions_of(entered, started)
    outcome = measure(plan, started, variables, places_for(settings), bootstrap, own_texts(*own))
    left_out = {each: installing(each) for each in plan.without(started)}
    left_out |= {each: f"failed: {why}" for (_, each), why in outcome.failed.items()}
    result = rows(plan, outcome.measured)
    reached = bars(result)
    console = Console()
    show(plan, result, versions, left_out, reached, taken.surroundings, console)
    options = {**plan.as_json(), **names_of(*own)}
    taken.keep(json, options, [row_json(row, versions.get(row.contender, {})) for row in result], reached, console)
    if png is not None:
        from detector.bench.peers.plots import rate_plot  # noqa: PLC0415 - an extra

        rate_plot(result, png)
        console.print(f"picture: {png}", soft_wrap=True)
