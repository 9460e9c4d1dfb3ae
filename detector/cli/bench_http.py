"""`detector bench http`: a load run over HTTP, beside the article's."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.bench.http.plan import FULL, QUICK, Plan
from detector.bench.mixes import SPECIAL_TOKENS, listings
from detector.cli.bench_parts import Taken, places_for, variables_of
from detector.cli.exits import interrupts_end_in_order
from detector.cli.options import with_settings
from detector.engines.extras import require_http
from detector.evaluation.extras import require
from detector.settings import Settings
from detector.settings.model import PREFIX


@with_settings("bundle", "backend", "threads")
def http(  # noqa: PLR0913 - flags are arguments
    settings: Settings,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Half a minute, on fewer samples.")] = False,
    users: Annotated[
        list[int] | None, typer.Option(min=1, max=64, help="Users of a closed loop; may be given again.")
    ] = None,
    rate: Annotated[
        list[float] | None,
        typer.Option(min=0.1, max=10_000, help="Requests per second of an open loop; may be given again."),
    ] = None,
    requests: Annotated[int | None, typer.Option(min=1, max=100_000, help="Requests of each run.")] = None,
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long a run lasts at the most.")] = FULL.seconds,
    tokens: Annotated[int, typer.Option(min=16, max=4096, help="Tokens of each text.")] = FULL.tokens,
    seed: Annotated[int, typer.Option(help="Of texts and arrivals.")] = FULL.seed,
    deadline_ms: Annotated[
        float, typer.Option(min=1, help="The server's deadline; put off, so that no time is cut off at it.")
    ] = FULL.deadline_ms,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
) -> None:
    """How long an answer takes over HTTP, as a load run with JMeter would measure it, beside the article's figures.

    Starts `detector serve` in a process of its own on loopback and asks it about texts of 512 tokens: in a closed loop,
    where each user asks again once answered, and in an open one, where requests come at a rate, whatever has become of
    those before. Leave the machine alone meanwhile: the server and its users share it.
    """
    require_http("`detector bench http`")
    require("httpx", "the bench", extra="bench")
    base = QUICK if quick else FULL
    plan = replace(
        base,
        users=tuple(dict.fromkeys(users or (() if rate else base.users))),
        rates=tuple(dict.fromkeys(rate or (() if users else base.rates))),
        requests=requests or base.requests,
        seconds=seconds,
        tokens=tokens,
        seed=seed,
        deadline_ms=deadline_ms,
    )
    with interrupts_end_in_order():
        _http(plan, settings, json)


def _http(plan: Plan, settings: Settings, json: Path | None) -> None:
    from detector.bench.http.figures import bars, row  # noqa: PLC0415
    from detector.bench.http.run import measure  # noqa: PLC0415
    from detector.bench.http.show import show  # noqa: PLC0415

    taken = Taken("http")
    texts = listings(plan.seed, plan.tokens - SPECIAL_TOKENS, places_for(settings))
    server = {**variables_of(settings), f"{PREFIX}HTTP_DEADLINE_MS": f"{plan.deadline_ms:g}"}
    runs = list(plan.runs())
    answered = measure(plan, (each.value for each in texts), server)
    result = [row(*each) for each in zip(runs, answered, strict=True)]
    reached = bars(runs, result)
    console = Console()
    show(result, reached, taken.surroundings, plan.tokens, console)
    taken.keep(json, plan.as_json(), [each.as_json() for each in result], reached, console)
