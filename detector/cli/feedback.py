"""`detector feedback`: what people said of verdicts, collected with the texts."""

from pathlib import Path
from typing import Annotated

import typer

from detector.cli.options import CLUSTER, with_settings
from detector.operations.feedback import collect, told, write
from detector.settings import Settings

SETTINGS = (*CLUSTER, "feedback_topic", "listing_topic", "booking_topic", "max_event_bytes")


@with_settings(*SETTINGS)
def feedback(
    settings: Settings,
    out: Annotated[Path, typer.Argument(help="Gets one JSON line for each opinion, its texts included.")],
) -> None:
    """Collect what people said of verdicts into a file, to be looked through before a model learns from it.

    The newest opinion of each verdict counts. Texts come from the input topics, as far as they still stand there. Delete
    the lines that you do not trust, then run `detector train --feedback-file OUT`.

        detector feedback feedback.jsonl
    """
    collected = collect(settings)
    write(collected.feedback, out)
    for line in told(collected):
        typer.echo(line)
    typer.echo(f"{len(collected.feedback)} opinions with their texts are in {out}")
