"""`detector demo`: the whole product at work, with nothing to set up."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.cli.exits import interrupts_end_in_order
from detector.cli.models import default_bundle
from detector.cli.options import with_settings
from detector.demo.age import process_age
from detector.demo.run import Plan, run_demo
from detector.demo.script import bundled_steps, read_steps
from detector.demo.stage import Broker
from detector.errors import Misconfigured
from detector.settings import Engine, Settings
from detector.settings.model import PREFIX


@with_settings("engine", "bundle", "backend", "threads")
def demo(
    settings: Settings,
    broker: Annotated[
        Broker,
        typer.Option(help="`embedded` starts at once; `local` is a real Apache Kafka, and needs Java and Maven."),
    ] = Broker.EMBEDDED,
    file: Annotated[
        Path | None, typer.Option("--input", help="Play these events, JSON lines, instead of the bundled ones.")
    ] = None,
    rate: Annotated[float, typer.Option(min=0.1, max=10_000, help="Events per second.")] = 8.0,
) -> None:
    """See it work: start a broker and a worker, play events, show each verdict with its evidence, sum up.

    Needs no Kafka and leaves nothing behind. The embedded broker is a stand-in that lives in memory: it does not
    hold back the records of unfinished transactions (`read_committed`), so it shows the flow and proves no delivery
    guarantee. `--broker local` is the real thing.

    With `--engine faust` the worker is hosted by Faust (extra `faust`), and `detector escalate` runs beside it and tells
    who keeps leaking.

    Latency runs from an event's intended send time until its verdict was read. The first event, which waits for the
    worker to start, is left out of it.

    Exit code 0 once every event is answered, whatever the verdicts; 1 if the worker fails or falls silent.

        detector demo --broker local --input events.jsonl --rate 20
    """
    began = time.monotonic() - process_age()
    steps = read_steps(file) if file else bundled_steps()
    if not steps:
        raise Misconfigured(f"{file} has no events: write one JSON event per line.")
    environment = {f"{PREFIX}BUNDLE": str((settings.bundle or default_bundle()).resolve())}
    environment[f"{PREFIX}BACKEND"] = settings.backend
    environment[f"{PREFIX}ENGINE"] = settings.engine
    if settings.threads is not None:
        environment[f"{PREFIX}THREADS"] = str(settings.threads)
    play(Plan(steps, broker, rate, environment=environment, escalate=settings.engine is Engine.FAUST), began)


def play(plan: Plan, began: float) -> None:
    """Play the plan on standard output; SIGTERM and Ctrl-C end it early, in order, with code 130."""
    with interrupts_end_in_order():
        run_demo(plan, Console(), began)
