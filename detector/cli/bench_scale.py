"""`detector bench scale`: how costs grow."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.bench.scale.plan import FULL, QUICK, Part, Plan
from detector.cli.bench_parts import NO_MODEL, Taken, places_for, variables_from, variables_of
from detector.cli.exits import interrupts_end_in_order
from detector.cli.options import with_settings
from detector.evaluation.extras import require
from detector.operations.worker_process import WORKER
from detector.settings import Delivery, Settings


@with_settings("bundle", "backend", "threads")
def scale(  # noqa: PLR0913 - flags are arguments
    settings: Settings,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Two minutes instead of half an hour.")] = False,
    only: Annotated[list[Part] | None, typer.Option(help="Only this question; may be given again.")] = None,
    delivery: Annotated[Delivery, typer.Option(help="What the workers promise.")] = FULL.delivery,
    workers: Annotated[list[int] | None, typer.Option(min=1, help="Workers of a group; may be given again.")] = None,
    partitions: Annotated[
        list[int] | None, typer.Option(min=1, help="Partitions of each topic; may be given again.")
    ] = None,
    events: Annotated[int | None, typer.Option(min=1, help="Backlog of each group of workers.")] = None,
    words: Annotated[list[int] | None, typer.Option(min=1, help="Length of a text; may be given again.")] = None,
    samples: Annotated[int | None, typer.Option(min=1, help="Texts of each length.")] = None,
    backlog: Annotated[
        list[int] | None, typer.Option(min=1, help="Events that wait, without a model; may be given again.")
    ] = None,
    soak_minutes: Annotated[float | None, typer.Option(min=0.05, help="Minutes at full load.")] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Turns of each.")] = None,
    seed: Annotated[int, typer.Option(help="Of the texts.")] = FULL.seed,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting of the workers; may be given again."),
    ] = None,
    bootstrap: Annotated[
        str | None, typer.Option(help="Measure on this Kafka, host:port, instead of a local one.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also draw the growth into this file.")] = None,
) -> None:
    """How costs grow: with workers and partitions, with a text's length, with the backlog, and memory with time.

    Groups of one and two workers work off a backlog of the realistic mix; texts of up to 20,000 words are sent one
    after the other; the engine without a model works off backlogs of growing size; and one worker is kept at full load
    for a quarter of an hour while its memory is watched.

    Starts a local Apache Kafka, which needs Java and Maven, and leaves nothing behind. Leave the machine alone
    meanwhile: broker, workers and measurement share it.
    """
    if png is not None:
        require("matplotlib", "the picture", extra="bench")
    base = QUICK if quick else FULL
    plan = replace(
        base,
        parts=tuple(dict.fromkeys(only or base.parts)),
        delivery=delivery,
        workers=tuple(dict.fromkeys(workers or base.workers)),
        partitions=tuple(dict.fromkeys(partitions or base.partitions)),
        events=events or base.events,
        words=tuple(sorted(set(words or base.words))),
        samples=samples or base.samples,
        backlogs=tuple(sorted(set(backlog or base.backlogs))),
        soak_minutes=soak_minutes or base.soak_minutes,
        rounds=rounds or base.rounds,
        seed=seed,
    )
    with interrupts_end_in_order():
        _scale(plan, settings, {**variables_of(settings), **variables_from(set_ or ())}, bootstrap, json, png)


def _scale(
    plan: Plan,
    settings: Settings,
    variables: Mapping[str, str],
    bootstrap: str | None,
    json: Path | None,
    png: Path | None,
) -> None:
    from detector.bench.scale.figures import bars, figures_json  # noqa: PLC0415
    from detector.bench.scale.run import measure  # noqa: PLC0415
    from detector.bench.scale.show import show  # noqa: PLC0415

    taken = Taken("scale")
    result = measure(plan, WORKER, NO_MODEL, variables, places_for(settings), bootstrap)
    reached = bars(result)
    console = Console()
    show(result, reached, taken.surroundings, console)
    taken.keep(json, plan.as_json(), list(figures_json(result)), reached, console)
    if png is not None:
        from detector.bench.scale.plots import growth_plot  # noqa: PLC0415 - an extra

        growth_plot(result, png)
        console.print(f"picture: {png}", soft_wrap=True)
