"""`detector bench model`: what the model costs, however it is served."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.bench.interpreters import interpreters
from detector.bench.machine import machine_facts
from detector.bench.model.candidates import Candidate, Model, subjects, suited
from detector.bench.model.made import base_models, keep
from detector.bench.model.plan import FULL, QUICK, Plan
from detector.cli.bench_parts import Taken, places_for
from detector.cli.exits import interrupts_end_in_order
from detector.cli.models import default_bundle
from detector.cli.options import with_settings
from detector.evaluation.extras import require
from detector.model.threads import usable_cpus
from detector.settings import Settings


@with_settings("bundle", "threads")
def model(  # noqa: PLR0913 - flags are arguments
    settings: Settings,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Two minutes instead of eight, at fewer sizes.")] = False,
    only: Annotated[list[Candidate] | None, typer.Option(help="Only this one; may be given again.")] = None,
    which: Annotated[
        list[Model] | None, typer.Option("--model", help="Only with this model; may be given again.")
    ] = None,
    tokens: Annotated[
        list[int] | None, typer.Option(min=4, max=512, help="Tokens of a text; may be given again.")
    ] = None,
    batch: Annotated[list[int] | None, typer.Option(min=1, help="Texts at once; may be given again.")] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Turns of each.")] = None,
    python: Annotated[
        list[Path] | None,
        typer.Option(help="A Python that has the libraries, asked first; may be given again.", exists=True),
    ] = None,
    keep_at: Annotated[
        Path | None,
        typer.Option(
            "--keep", help="Only put the bundle of DistilBERT-base's shape there, for other commands' --bundle."
        ),
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also draw the latencies into this file.")] = None,
) -> None:
    """What the model costs: PyTorch, a Transformers pipeline, ONNX Runtime with fp32, and the product's backends.

    DistilBERT-base's shape with random weights, in the product's own int8 export and as others serve it; and the bundle
    of the settings beside it. How fast this processor multiplies int8 matrices gives the least that a pass can take.

    The models of DistilBERT-base's shape are made at the first run, by a Python that has PyTorch (extra train), and kept
    in the user's cache. Leave the machine alone meanwhile.
    """
    if png is not None:
        require("matplotlib", "the picture", extra="bench")
    base = QUICK if quick else FULL
    plan = replace(
        base,
        models=tuple(dict.fromkeys(which or base.models)),
        candidates=tuple(dict.fromkeys(only or suited(machine_facts()["flags"]))),
        tokens=tuple(dict.fromkeys(tokens or base.tokens)),
        batches=tuple(dict.fromkeys(batch or base.batches)),
        rounds=rounds or base.rounds,
    )
    pythons = interpreters(python or ())
    with interrupts_end_in_order():
        if keep_at is not None:
            keep(keep_at, base_models(pythons))
            Console().print(f"bundle: {keep_at}", soft_wrap=True)
            return
        _model(plan, settings, pythons, json, png)


def _model(plan: Plan, settings: Settings, pythons: Sequence[Path], json: Path | None, png: Path | None) -> None:
    from detector.bench.model.bars import bars  # noqa: PLC0415
    from detector.bench.model.figures import Result, floor, rows  # noqa: PLC0415
    from detector.bench.model.run import Place, measure, startable  # noqa: PLC0415
    from detector.bench.model.show import show  # noqa: PLC0415

    taken = Taken("model")
    made = base_models(pythons) if Model.BASE in plan.models else None
    folders = {Model.SHIPPED: (settings.bundle or default_bundle()).resolve(), **({Model.BASE: made} if made else {})}
    place = Place(folders, pythons, settings.threads or usable_cpus())
    started = startable(plan, place)
    missing = [each for each in subjects(plan.models, plan.candidates) if each not in started]
    measured = measure(plan, place, started, places_for(settings))
    result = Result(rows(measured, folders), floor(measured), measured.shares, missing, place.threads)
    reached = bars(result.rows, result.floor, taken.surroundings.machine)
    console = Console()
    show(plan, result, reached, taken.surroundings, console)
    taken.keep(json, {**plan.as_json(), "threads": place.threads}, result.as_json(), reached, console)
    if png is not None:
        from detector.bench.model.plots import latency_plot  # noqa: PLC0415 - an extra

        latency_plot(result.rows, result.floor, png)
        console.print(f"picture: {png}", soft_wrap=True)
