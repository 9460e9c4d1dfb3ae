"""`detector bench`: what the product costs and how long it takes, measured here."""

from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.bench.arrivals import Arrivals
from detector.bench.engines.plan import FULL, QUICK, Plan
from detector.bench.engines.variants import Model, Take, Variant
from detector.bench.nothing import NoScorer
from detector.cli.bench_http import http
from detector.cli.bench_model import model as model_command
from detector.cli.bench_parts import NO_MODEL, Taken, variables_of
from detector.cli.bench_peers import peers
from detector.cli.bench_scale import scale
from detector.cli.bench_schedule import schedule
from detector.cli.bench_stream import stream
from detector.cli.bench_table import table
from detector.cli.exits import interrupts_end_in_order
from detector.cli.options import with_settings
from detector.cli.worker import run_worker
from detector.errors import Misconfigured
from detector.evaluation.extras import require
from detector.operations.worker_process import WORKER
from detector.settings import Engine, Settings, load_settings

app = typer.Typer(no_args_is_help=True, help="Measure what it costs and how long it takes, on this machine.")

_COMMANDS = {Model.SHIPPED: WORKER, Model.NONE: NO_MODEL}


@app.callback()
def _needs() -> None:
    require("psutil", "the bench", extra="bench")


@app.command()
@with_settings("bundle", "backend", "threads")
def engines(  # noqa: PLR0913 - flags are arguments
    settings: Settings,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Two minutes instead of ten, on fewer samples.")] = False,
    only: Annotated[list[Variant] | None, typer.Option(help="Only this engine; may be given again.")] = None,
    model: Annotated[list[Model] | None, typer.Option(help="Only with this model; may be given again.")] = None,
    rate: Annotated[
        list[float] | None, typer.Option(min=0.1, max=100_000, help="Events per second; may be given again.")
    ] = None,
    arrivals: Annotated[Arrivals, typer.Option(help="How the times of events lie.")] = FULL.arrivals,
    rounds: Annotated[int | None, typer.Option(min=1, help="Turns of each engine.")] = None,
    samples: Annotated[int | None, typer.Option(min=1, help="Latencies at each rate, over all rounds.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="How long each rate lasts at the least.")] = None,
    backlog: Annotated[int | None, typer.Option(min=1, help="Events that wait for a worker when it starts.")] = None,
    words: Annotated[int, typer.Option(min=1, help="Words of a message, in the mean.")] = FULL.words,
    seed: Annotated[int, typer.Option(help="Of texts and arrivals.")] = FULL.seed,
    take: Annotated[int, typer.Option(min=1, help="n of Faust's noack_take(n, within).")] = FULL.take.count,
    within_ms: Annotated[float, typer.Option(min=1, help="within of the same.")] = FULL.take.within_ms,
    bootstrap: Annotated[
        str | None, typer.Option(help="Measure on this Kafka, host:port, instead of a local one.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also draw the latencies into this file.")] = None,
) -> None:
    """Both engines side by side: guarantee, throughput, latency, processor time and memory.

    Each engine has its turns with the shipped model and with none, which shows the engine alone. In a turn a worker in
    a process of its own works off a backlog, then answers events that come at a rate, whatever has become of those
    before (open loop). Latency runs from the intended send time to the verdict seen by a read-committed consumer.

    Starts a local Apache Kafka, which needs Java and Maven, and leaves nothing behind. Leave the machine alone
    meanwhile: broker, worker and measurement share it.
    """
    if png is not None:
        require("matplotlib", "the picture", extra="bench")
    base = QUICK if quick else FULL
    plan = replace(
        base,
        variants=tuple(dict.fromkeys(only or base.variants)),
        models=tuple(dict.fromkeys(model or base.models)),
        rates=tuple(dict.fromkeys(rate or base.rates)),
        arrivals=arrivals,
        rounds=rounds or base.rounds,
        samples=samples or base.samples,
        seconds=base.seconds if seconds is None else seconds,
        backlog=base.backlog if backlog is None else dict.fromkeys(base.backlog, backlog),
        words=words,
        seed=seed,
        take=Take(take, within_ms),
    )
    with interrupts_end_in_order():
        _engines(_possible(plan, chosen=bool(only)), variables_of(settings), bootstrap, json, png)


app.command()(http)
app.command()(stream)
app.command()(scale)
app.command()(schedule)
app.command()(table)
app.command()(peers)
app.command("model")(model_command)


@app.command(hidden=True)
def worker() -> None:
    """A worker like any other, set by the environment, with a model that costs nothing."""
    run_worker(load_settings(), lambda _settings: NoScorer())


def _engines(
    plan: Plan, variables: Mapping[str, str], bootstrap: str | None, json: Path | None, png: Path | None
) -> None:
    from detector.bench.engines.bars import bars  # noqa: PLC0415
    from detector.bench.engines.figures import row_json, rows  # noqa: PLC0415
    from detector.bench.engines.run import measure  # noqa: PLC0415
    from detector.bench.engines.show import show  # noqa: PLC0415

    taken = Taken("engines")
    result = rows(plan, measure(plan, _COMMANDS, variables, bootstrap))
    reached = bars(result)
    console = Console()
    show(result, reached, taken.surroundings, console)
    taken.keep(json, plan.as_json(), [row_json(row) for row in result], reached, console)
    if png is not None:
        from detector.bench.engines.plots import latency_plot  # noqa: PLC0415 - an extra

        latency_plot(result, png)
        console.print(f"picture: {png}", soft_wrap=True)


def _possible(plan: Plan, *, chosen: bool) -> Plan:
    """Without Faust its variants are left out, unless somebody asked for them."""
    if find_spec("faust") is not None:
        return plan
    left = tuple(variant for variant in plan.variants if variant.engine is not Engine.FAUST)
    if chosen and left != plan.variants:
        raise Misconfigured("Faust is not installed: install it with pip install 'contact-leak-detector[faust]'.")
    Console(stderr=True).print("Faust is not installed and is left out (extra: faust).")
    return replace(plan, variants=left)
