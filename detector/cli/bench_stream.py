"""`detector bench stream`: what a stream costs from Kafka to Kafka."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.bench.arrivals import Arrivals
from detector.bench.mixes import Mix
from detector.bench.stream.plan import FULL, QUICK, Plan, Search
from detector.cli.bench_parts import (
    NO_MODEL,
    Listings,
    Messages,
    Taken,
    names_of,
    own_texts,
    places_for,
    variables_from,
    variables_of,
)
from detector.cli.exits import interrupts_end_in_order
from detector.cli.options import with_settings
from detector.evaluation.extras import require
from detector.operations.worker_process import WORKER
from detector.settings import Delivery, Settings


@with_settings("bundle", "backend", "threads")
def stream(  # noqa: PLR0913 - flags are arguments
    settings: Settings,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Two minutes instead of twenty, on fewer samples.")] = False,
    engine_only: Annotated[
        bool, typer.Option("--engine-only", help="No model and events of 300 bytes: how fast the engine is.")
    ] = False,
    mix: Annotated[list[Mix] | None, typer.Option(help="Only these texts; may be given again.")] = None,
    delivery: Annotated[list[Delivery] | None, typer.Option(help="Only this guarantee; may be given again.")] = None,
    rate: Annotated[
        list[float] | None, typer.Option(min=0.1, max=100_000, help="Events per second; may be given again.")
    ] = None,
    arrivals: Annotated[
        list[Arrivals] | None, typer.Option(help="How the times of events lie; may be given again.")
    ] = None,
    search: Annotated[
        bool, typer.Option("--search/--no-search", help="Look for the highest rate that keeps p99 at 250 ms.")
    ] = True,
    trial: Annotated[float | None, typer.Option(min=0.1, help="Seconds of each trial of that search.")] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Turns of each.")] = None,
    samples: Annotated[int | None, typer.Option(min=1, help="Latencies at each rate, over all rounds.")] = None,
    backlog: Annotated[int | None, typer.Option(min=1, help="Events of the backlog.")] = None,
    seed: Annotated[int, typer.Option(help="Of texts and arrivals.")] = FULL.seed,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="A setting of the worker; may be given again."),
    ] = None,
    versus: Annotated[
        list[str] | None,
        typer.Option("--versus", metavar="NAME=VALUE", help="Also measure, by turns, with this setting instead."),
    ] = None,
    listings: Listings = None,
    messages: Messages = None,
    bootstrap: Annotated[
        str | None, typer.Option(help="Measure on this Kafka, host:port, instead of a local one.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also draw the latencies into this file.")] = None,
) -> None:
    """From Kafka to Kafka: latency at given rates, where the time goes, and the highest rate with p99 up to 250 ms.

    Texts are listings of 512 tokens, no two alike, or a realistic mix: 70 % messages of about 30 tokens and 30 %
    listings of about 150, of which 40 % bear an earlier text again; made up, or of --listings and --messages. Each
    is measured exactly once and at least once, by turns, with a worker in a process of its own that answers events as
    they come (open loop).

    Starts a local Apache Kafka, which needs Java and Maven, and leaves nothing behind. Leave the machine alone
    meanwhile: broker, worker and measurement share it. `--set cache_windows=0 --versus cache_windows=20000` compares
    two settings.
    """
    if png is not None:
        require("matplotlib", "the picture", extra="bench")
    common, other = variables_from(set_ or ()), variables_from(versus or ())
    variables = {**variables_of(settings), **common}
    chosen = tuple(dict.fromkeys(delivery or FULL.deliveries))
    with interrupts_end_in_order():
        if engine_only:
            _engine_only(variables, chosen, rounds, backlog, seed, bootstrap, json, quick=quick)
            return
        base = QUICK if quick else FULL
        plan = replace(
            base,
            mixes=tuple(dict.fromkeys(mix or base.mixes)),
            deliveries=chosen,
            variants=(common, {**common, **other}) if other else (common,),
            rates=tuple(dict.fromkeys(rate or base.rates)),
            arrivals=tuple(dict.fromkeys(arrivals or base.arrivals)),
            rounds=rounds or base.rounds,
            samples=samples or base.samples,
            backlog=base.backlog if backlog is None else dict.fromkeys(base.backlog, backlog),
            search=_search(base, trial) if search else None,
            seed=seed,
        )
        _stream(plan, settings, variables, (listings, messages), bootstrap, json, png)


def _search(base: Plan, seconds: float | None) -> Search:
    assert base.search is not None
    return base.search if seconds is None else replace(base.search, seconds=seconds)


def _stream(
    plan: Plan,
    settings: Settings,
    variables: Mapping[str, str],
    own: tuple[Path | None, Path | None],
    bootstrap: str | None,
    json: Path | None,
    png: Path | None,
) -> None:
    from detector.bench.stream.bars import bars  # noqa: PLC0415
    from detector.bench.stream.figures import row_json, rows  # noqa: PLC0415
    from detector.bench.stream.run import measure  # noqa: PLC0415
    from detector.bench.stream.show import show  # noqa: PLC0415

    taken = Taken("stream")
    result = rows(plan, measure(plan, WORKER, variables, places_for(settings), bootstrap, own_texts(*own)))
    reached = bars(result)
    console = Console()
    show(plan, result, reached, taken.surroundings, console)
    taken.keep(json, {**plan.as_json(), **names_of(*own)}, [row_json(row) for row in result], reached, console)
    if png is not None:
        from detector.bench.stream.plots import latency_plot  # noqa: PLC0415 - an extra

        latency_plot(result, png)
        console.print(f"picture: {png}", soft_wrap=True)


def _engine_only(
    variables: Mapping[str, str],
    deliveries: tuple[Delivery, ...],
    rounds: int | None,
    backlog: int | None,
    seed: int,
    bootstrap: str | None,
    json: Path | None,
    *,
    quick: bool,
) -> None:
    from detector.bench.stream.bars import engine_bars  # noqa: PLC0415
    from detector.bench.stream.engine import (  # noqa: PLC0415
        ENGINE_FULL,
        ENGINE_QUICK,
        engine_json,
        measure_engine,
        show_engine,
    )

    base = ENGINE_QUICK if quick else ENGINE_FULL
    plan = replace(
        base, deliveries=deliveries, rounds=rounds or base.rounds, backlog=backlog or base.backlog, seed=seed
    )
    taken = Taken("stream, engine only")
    lives = measure_engine(plan, NO_MODEL, variables, bootstrap)
    reached = engine_bars(lives)
    console = Console()
    show_engine(plan, lives, reached, taken.surroundings, console)
    taken.keep(json, plan.as_json(), engine_json(lives), reached, console)
