"""`detector bench schedule`: which schedule of the model's runs keeps the promise to most events."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from detector.bench.mixes import SPECIAL_TOKENS, realistic
from detector.bench.schedule.plan import FULL, QUICK, Plan, Rule, Shape
from detector.cli.bench_parts import Taken, places_for
from detector.cli.exits import interrupts_end_in_order
from detector.cli.models import load_scorer
from detector.cli.options import with_settings
from detector.evaluation.extras import require
from detector.scoring import Scorer, Window
from detector.settings import Settings

if TYPE_CHECKING:
    from detector.bench.schedule.costs import Costs


@with_settings("bundle", "backend", "threads")
def schedule(  # noqa: PLR0913 - flags are arguments
    settings: Settings,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Half a minute instead of three, on fewer loads.")] = False,
    rule: Annotated[list[Rule] | None, typer.Option(help="Only this schedule; may be given again.")] = None,
    events: Annotated[int | None, typer.Option(min=10, help="Events of each round.")] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Rounds, each with texts and arrivals of its own.")] = None,
    partitions: Annotated[int, typer.Option(min=1, help="Partitions of a stream.")] = FULL.partitions,
    costs: Annotated[
        Path | None, typer.Option(help="Take the run times from this report, instead of timing the model here.")
    ] = None,
    slower: Annotated[float, typer.Option(min=0.01, help="As on a machine so many times slower.")] = FULL.slower,
    seed: Annotated[int, typer.Option(help="Of texts, arrivals and the spread of run times.")] = FULL.seed,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also draw the shares in time into this file.")] = None,
) -> None:
    """Which schedule of the model's runs keeps the promise to most events.

    Times the model's runs here, by how many windows they have and how long those are. Then events of the realistic mix
    come on a virtual clock, at loads below and beyond what the model sustains and after a backlog, to the product's
    schedule, the one it had before, and those of well-known servers. Needs neither Kafka nor Java.
    """
    if png is not None:
        require("matplotlib", "the picture", extra="bench")
    base = QUICK if quick else FULL
    plan = replace(
        base,
        rules=tuple(dict.fromkeys(rule or base.rules)),
        events=events or base.events,
        rounds=rounds or base.rounds,
        partitions=partitions,
        slower=slower,
        seed=seed,
    )
    with interrupts_end_in_order():
        _schedule(plan, settings, costs, json, png)


def _schedule(plan: Plan, settings: Settings, file: Path | None, json: Path | None, png: Path | None) -> None:
    from detector.bench.schedule.costs import Costs  # noqa: PLC0415
    from detector.bench.schedule.figures import bars, rows  # noqa: PLC0415
    from detector.bench.schedule.run import measure  # noqa: PLC0415
    from detector.bench.schedule.show import show  # noqa: PLC0415

    taken = Taken("schedule")
    scorer = load_scorer(settings)
    costs = _timed(plan, scorer) if file is None else Costs.of_file(file)
    source = partial(realistic, places=places_for(settings))
    result = rows(plan, measure(plan, costs, source, scorer.windows))
    reached = bars(result)
    console = Console()
    show(plan, costs, result, reached, taken.surroundings, console)
    options = {**plan.as_json(), "costs": costs.as_json()}
    taken.keep(json, options, [row.as_json() for row in result], reached, console)
    if png is not None:
        from detector.bench.schedule.plots import share_plot  # noqa: PLC0415 - an extra

        share_plot(result, png)
        console.print(f"picture: {png}", soft_wrap=True)


def _timed(plan: Plan, scorer: Scorer) -> "Costs":
    """Runs of windows that are cut from a long text."""
    from detector.bench.schedule.costs import measure  # noqa: PLC0415

    longest = scorer.windows("word " * 1000)[0]

    def run(shape: Shape) -> object:
        inner = shape.length - SPECIAL_TOKENS
        window = Window(
            [longest.ids[0], *longest.ids[1 : 1 + inner], longest.ids[-1]], longest.offsets[:inner], shape.length, ()
        )
        return scorer.score([window] * shape.windows)

    return measure([shape for shape in plan.shapes() if shape.length <= longest.padded], plan.costs_rounds, run)
