"""`detector bench http`: a load run over HTTP, beside the article's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.bench.http.plan import FULL, QUICK, Plan
from detector.cli.exits import interrupts_end_in_order
from detector.cli.models import default_bundle, load_scorer
from detector.cli.options import with_settings
from detector.engines.extras import require_http
from detector.evaluation.extras import require
from detector.scoring import Scorer
from detector.settings import Settings
from detector.settings.model import PREFIX
from detector.text import prepare

SPECIAL_TOKENS = 2
"""Before and after a text; the article's 512 count them."""


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
    from detector.bench.http.texts import listings  # noqa: PLC0415
    from detector.bench.machine import git_commit, library_versions, machine_facts  # noqa: PLC0415
    from detector.bench.report import Surroundings, document, write  # noqa: PLC0415

    began = datetime.now(UTC)
    surroundings = Surroundings(machine_facts(), library_versions(), git_commit())
    scorer = load_scorer(settings)
    events = listings(plan.seed, plan.tokens, lambda text: _tokens(scorer, text))
    runs = list(plan.runs())
    result = [row(*each) for each in zip(runs, measure(plan, events, _for_server(settings, plan)), strict=True)]
    reached = bars(runs, result)
    console = Console()
    show(result, reached, surroundings, plan.tokens, console)
    if json is not None:
        figures = [each.as_json() for each in result]
        write(json, document("http", began, surroundings, plan.as_json(), figures, reached))
        console.print(f"figures: {json}", soft_wrap=True)


def _tokens(scorer: Scorer, text: str) -> int:
    """Tokens that stand in the text, each once though windows share some, and the special ones."""
    windows = scorer.windows(prepare(text).text)
    return len({place for window in windows for place in window.offsets if place[1] > place[0]}) + SPECIAL_TOKENS


def _for_server(settings: Settings, plan: Plan) -> Mapping[str, str]:
    given = {
        "BUNDLE": str((settings.bundle or default_bundle()).resolve()),
        "BACKEND": settings.backend,
        "HTTP_DEADLINE_MS": f"{plan.deadline_ms:g}",
    }
    if settings.threads is not None:
        given["THREADS"] = str(settings.threads)
    return {f"{PREFIX}{name}": value for name, value in given.items()}
