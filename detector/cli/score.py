"""`detector score`: the product without Kafka."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from detector.cli.files import STDIN, opened
from detector.cli.letters import dead_letter_line
from detector.cli.models import load_scorer
from detector.cli.options import with_settings
from detector.cli.progress import count_lines, progress_for
from detector.clock import SystemClock
from detector.deadletters import BrakePolicy
from detector.engines.ahead import score_ahead
from detector.events import EventKind
from detector.inline import score_inline
from detector.outcomes import Destination
from detector.pipeline import Pipeline
from detector.records import Partition, Position, Record
from detector.scoring import Scorer
from detector.settings import Settings
from detector.terminal import highlighted
from detector.verdicts import Verdict

_NO_BRAKE = BrakePolicy(consecutive=sys.maxsize, share=1.0)
"""A file ends by itself, and each of its lines should get an answer."""


@with_settings("bundle", "backend", "threads", "listing_threshold", "booking_threshold", "max_event_bytes")
def score(
    settings: Settings,
    file: Annotated[str, typer.Argument(help="Events as JSON lines; - is standard input.")] = STDIN,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where verdicts go instead of standard output.")
    ] = None,
    dead_letters: Annotated[
        Path | None, typer.Option("--dead-letters", help="Where lines that cannot be judged go, each with its reason.")
    ] = None,
    text: Annotated[
        str | None, typer.Option("--text", "-t", help="Judge this one text and show what was found.")
    ] = None,
    kind: Annotated[
        EventKind, typer.Option(help="The kind of events that do not say it themselves.")
    ] = EventKind.LISTING_UPDATE,
) -> None:
    """Judge events from a file or a pipe: JSON lines in, verdicts as JSON lines out, in the same order.

    With --text, judge one sentence and show it with the leaks highlighted:

        detector score --text "ring oh seven seven double-oh, nine hundred, one two three"

    Lines that cannot be judged go to --dead-letters, their number to standard error; the exit code is 0 all the same.
    """
    scorer = load_scorer(settings)
    name = "text" if text is not None else file
    policy = settings.pipeline_policy
    clock = SystemClock()
    pipeline = Pipeline(scorer, replace(policy, kinds={name: kind}, brake=_NO_BRAKE), clock)
    if text is not None:
        _show(text, pipeline, scorer, name)
        return
    with ExitStack() as stack:
        source = stack.enter_context(opened(file))
        verdicts = stack.enter_context(output.open("wb")) if output else sys.stdout.buffer
        letters = stack.enter_context(dead_letters.open("wb")) if dead_letters else None
        lines = stack.enter_context(progress_for("judging", count_lines(file), shown=output is not None))(source)
        rejected = 0
        for outcome in score_ahead(pipeline, scorer, clock, _records(lines, name)):
            if outcome.destination is Destination.VERDICTS:
                verdicts.write((outcome.value or b"") + b"\n")
                continue
            rejected += 1
            if letters is not None:
                letters.write(dead_letter_line(outcome))
        verdicts.flush()
    if rejected:
        where = f"see {dead_letters}" if dead_letters else "--dead-letters FILE keeps them with their reasons"
        Console(stderr=True).print(f"{rejected} lines could not be judged; {where}.")


def _records(lines: Iterator[bytes], name: str) -> Iterator[Record]:
    """One record per line that is not blank; its offset is the number of the line, from 0."""
    for number, line in enumerate(lines):
        if line.strip():
            yield Record(Position(Partition(name, 0), number), key=None, value=line.rstrip(b"\r\n"))


def _show(text: str, pipeline: Pipeline, scorer: Scorer, name: str) -> None:
    event = {"transactionContext": {"transactionId": "text"}, "attributes": {"text": text}}
    record = Record(Position(Partition(name, 0), 0), key=None, value=json.dumps(event).encode())
    (outcome,) = score_inline(pipeline, scorer, SystemClock(), [record])
    if outcome.destination is Destination.DEAD_LETTERS:
        raise typer.BadParameter(dict(outcome.headers)["__connect.errors.exception.message"].decode())  # type: ignore[union-attr]
    verdict = Verdict.model_validate_json(outcome.value or b"")
    Console().print(highlighted(verdict, {"text": text}))
