"""`detector top`: what running workers do now."""

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live

from detector.clock import SystemClock
from detector.errors import Misconfigured
from detector.top.asking import Reading, Workers
from detector.top.figures import figures
from detector.top.view import lines, screen


def top(
    url: Annotated[
        list[str] | None, typer.Option("--url", help="A worker's address; repeat it for more.", show_default=False)
    ] = None,
    interval: Annotated[float, typer.Option(min=0.1, help="Seconds between two looks.")] = 2.0,
    once: Annotated[
        bool, typer.Option("--once", help="Tell the figures of one interval, one a line, and end.")
    ] = False,
) -> None:
    """Show what running workers do, from their /metrics: the promise, lag, dead letters, utilisation, until Ctrl-C.

    Needs neither Kafka nor Prometheus; without --url it asks http://localhost:9464.

        detector top --url worker-1:9464 --url worker-2:9464
    """
    workers = Workers(url or ["http://localhost:9464"], SystemClock())
    reading = workers.ask()
    if once:
        time.sleep(interval)
        _tell(workers.ask())
        return
    try:
        with Live(screen(reading), screen=True, auto_refresh=False) as live:
            while True:
                time.sleep(interval)
                live.update(screen(workers.ask()), refresh=True)
    except KeyboardInterrupt:
        return


def _tell(reading: Reading) -> None:
    """Raises `Misconfigured` where nobody answers."""
    for url, trouble in reading.troubles.items():
        Console(stderr=True, soft_wrap=True).print(f"{url} {trouble}", highlight=False, markup=False)
    if not reading.changes:
        raise Misconfigured("no worker has told two states of its metrics: does it run, and is --url right?")
    for line in lines(figures(list(reading.changes.values()))):
        typer.echo(line)
