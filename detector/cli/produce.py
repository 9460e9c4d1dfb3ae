"""`detector produce`: events from a file to their topics."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from detector.cli.exits import Exit
from detector.cli.files import STDIN, opened
from detector.cli.options import CLUSTER, with_settings
from detector.cli.progress import count_lines, progress_for
from detector.operations.producing import produce_lines
from detector.settings import Settings


@with_settings(*CLUSTER, "listing_topic", "booking_topic")
def produce(
    settings: Settings,
    file: Annotated[str, typer.Argument(help="Events as JSON lines; - is standard input.")],
    topic: Annotated[str | None, typer.Option(help="Write to this topic, whatever the events say.")] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Events per second; as fast as it goes without.")
    ] = None,
) -> None:
    """Write events to their topics.

    An event's eventType decides between the booking and the listing topic; its key is its listingId, else bookingId,
    else transactionId. Lines that are not events are written all the same, which is how to try dead letters.

    Exit code 1 if the cluster refused any.
    """
    with opened(file) as source, progress_for("producing", count_lines(file), shown=file != STDIN) as watched:
        result = produce_lines(settings, watched(source), topic, rate)
    for name, count in sorted(result.written.items()):
        typer.echo(f"{name}: {count} written")
    if result.refused:
        Console(stderr=True).print(f"{result.refused} events were refused: `detector topics check` may say why.")
        sys.exit(Exit.FAILED)
