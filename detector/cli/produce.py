"""`detector produce`: events from a file to their topics."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import chain, repeat
from typing import Annotated

import typer
from rich.console import Console

from detector.cli.exits import Exit
from detector.cli.files import STDIN, opened
from detector.cli.frames import frame_for
from detector.cli.options import CLUSTER, REGISTRY, with_settings
from detector.cli.progress import count_lines, progress_for
from detector.demo.script import bundled_steps
from detector.operations.producing import produce_lines
from detector.registry.subjects import event_subject
from detector.settings import Settings


@with_settings(*CLUSTER, *REGISTRY, "listing_topic", "booking_topic")
def produce(
    settings: Settings,
    file: Annotated[
        str | None,
        typer.Argument(
            help="Events as JSON lines; - is standard input. Without, those of the demo.", show_default=False
        ),
    ] = None,
    topic: Annotated[str | None, typer.Option(help="Write to this topic, whatever the events say.")] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Events per second; as fast as it goes without.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Start anew at the end of the events, until stopped.")] = False,
) -> None:
    """Write events to their topics.

    An event's eventType decides between the booking and the listing topic; its key is its listingId, else bookingId,
    else transactionId. Lines that are not events are written all the same, which is how to try dead letters. With a Schema
    Registry, all are written in its wire format.

    Exit code 1 if the cluster refused any.
    """

    @cache
    def frame(name: str) -> bytes:
        return frame_for(settings, lambda _settings: event_subject(name))

    with _lines(file, again=again) as lines:
        result = produce_lines(settings, lines, topic, rate, frame)
    for name, count in sorted(result.written.items()):
        typer.echo(f"{name}: {count} written")
    if result.refused:
        Console(stderr=True).print(f"{result.refused} events were refused: `detector topics check` may say why.")
        sys.exit(Exit.FAILED)


@contextmanager
def _lines(file: str | None, *, again: bool) -> Iterator[Iterable[bytes]]:
    """The events of a file, watched by whoever waits for its end, or of the demo, without its tombstones."""
    if file is None or again:
        lines = _all_of(file)
        # An empty file has no end to start anew at.
        yield chain.from_iterable(repeat(lines)) if again and lines else lines
        return
    with opened(file) as source, progress_for("producing", count_lines(file), shown=file != STDIN) as watched:
        yield watched(source)


def _all_of(file: str | None) -> list[bytes]:
    if file is None:
        return [step.value for step in bundled_steps() if step.value is not None]
    with opened(file) as source:
        return list(source)
