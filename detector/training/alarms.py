"""The real clean texts that a bundle calls, to be read by a person: `python -m detector.training.alarms --corpus FILE ...`.

A text that turns out to leak goes into `reviewed.txt` by file and line, and counts as a false alarm no more. The texts
are printed for the one who reads them and written nowhere.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from detector.evaluation.judging import bundle_judge
from detector.model.bundle import load_bundle
from detector.model.manifest import Thresholds
from detector.training.data import gather
from detector.training.examples import Example
from detector.training.operating import WIRE, real_clean
from detector.training.recipe import Recipe

_AROUND = 60


def alarms(
    corpus: Annotated[list[Path], typer.Option(help="As given to `detector train`.")],
    bundle: Annotated[Path, typer.Option(help="Folder of the bundle.")] = Path("models/distilbert-leaks"),
    at: Annotated[
        float | None, typer.Option(help="Probability from which a text is shown; the bundle's thresholds by default.")
    ] = None,
) -> None:
    """Judge the held-out real texts as thresholds are chosen on them, and show what is called."""
    console = Console()
    loaded = load_bundle(bundle)
    judge = bundle_judge(loaded)
    clean = real_clean(gather(Recipe.model_validate(loaded.manifest.training.recipe), corpus))
    shown = 0
    for example in clean:
        probability, evidence = judge(example.text)
        if probability < (at if at is not None else threshold(example, loaded.manifest.thresholds)):
            continue
        shown += 1
        console.print(f"[bold]{example.source}[/] {example.kind} {example.lang} {probability:.3f}")
        for span in evidence:
            before, after = example.text[max(0, span.start - _AROUND) : span.start], example.text[span.end :][:_AROUND]
            marked = f"[reverse]{escape(example.text[span.start : span.end])}[/]"
            console.print(f"  {span.category}: {escape(before)}{marked}{escape(after)}".replace("\n", " "))
    console.print(f"{shown} of {len(clean)} held-out real texts called")


def threshold(example: Example, thresholds: Thresholds) -> float:
    """The bundle's own for a text of this kind."""
    return float(getattr(thresholds, WIRE[example.kind]))


if __name__ == "__main__":
    typer.run(alarms)
