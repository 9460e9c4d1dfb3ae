"""The `detector` command."""

from typing import Annotated

import typer

from detector import __version__
from detector.cli import bench, schemas, topics
from detector.cli.demo import demo
from detector.cli.doctor import doctor
from detector.cli.escalate import escalate
from detector.cli.evaluate import evaluate
from detector.cli.exits import errors_end_the_process
from detector.cli.feedback import feedback
from detector.cli.produce import produce
from detector.cli.replay import replay
from detector.cli.score import score
from detector.cli.serve import serve
from detector.cli.tail import tail
from detector.cli.top import top
from detector.cli.train import PASS_ON, train
from detector.cli.worker import worker

app = typer.Typer(
    name="detector",
    help="""Finds leaked direct-contact details in a Kafka stream of travel listings and booking messages.

    Start with `detector demo`. For your own stream: `detector doctor`, `detector topics create`, `detector worker`.

    Exit codes: 0 done, 1 failed (a restart may help), 2 settings or surroundings to be mended, 3 dead-letter brake,
    4 superseded by another worker, 5 a check failed.
    """,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
STREAM, TRY, MODEL = "The stream", "Trying it", "The model"

app.command(rich_help_panel=TRY)(demo)
app.command(rich_help_panel=TRY)(score)
app.command(rich_help_panel=STREAM)(worker)
app.command(rich_help_panel=STREAM)(serve)
app.command(rich_help_panel=STREAM)(escalate)
app.command(rich_help_panel=STREAM)(doctor)
app.add_typer(topics.app, name="topics", rich_help_panel=STREAM)
app.command(rich_help_panel=STREAM)(tail)
app.command(rich_help_panel=STREAM)(top)
app.command(rich_help_panel=STREAM)(replay)
app.command(rich_help_panel=TRY)(produce)
app.add_typer(bench.app, name="bench", rich_help_panel=TRY)
app.command(rich_help_panel=MODEL, context_settings=PASS_ON)(train)
app.command(rich_help_panel=MODEL)(feedback)
app.command(rich_help_panel=MODEL)(evaluate)
app.add_typer(schemas.app, name="schemas", rich_help_panel=MODEL)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    *, _version: Annotated[bool, typer.Option("--version", help="Show the version.", callback=_show_version)] = False
) -> None:
    pass


def run() -> None:
    """Run the command line."""
    with errors_end_the_process():
        app()
