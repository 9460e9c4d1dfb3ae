"""The `detector` command."""

from typing import Annotated

import typer

from detector import __version__
from detector.cli.deferred import Place, group_of
from detector.cli.exits import errors_end_the_process

STREAM, TRY, MODEL = "The stream", "Trying it", "The model"
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
"""The training command reads its own flags, `--help` too."""

COMMANDS = {
    "demo": Place("detector.cli.demo", TRY),
    "score": Place("detector.cli.score", TRY),
    "worker": Place("detector.cli.worker", STREAM),
    "serve": Place("detector.cli.serve", STREAM),
    "escalate": Place("detector.cli.escalate", STREAM),
    "doctor": Place("detector.cli.doctor", STREAM),
    "topics": Place("detector.cli.topics", STREAM),
    "tail": Place("detector.cli.tail", STREAM),
    "top": Place("detector.cli.top", STREAM),
    "replay": Place("detector.cli.replay", STREAM),
    "produce": Place("detector.cli.produce", TRY),
    "bench": Place("detector.cli.bench", TRY),
    "train": Place("detector.cli.train", MODEL, PASS_ON),
    "feedback": Place("detector.cli.feedback", MODEL),
    "evaluate": Place("detector.cli.evaluate", MODEL),
    "schemas": Place("detector.cli.schemas", MODEL),
}
"""What `detector` can do, in the order of its help."""

app = typer.Typer(
    name="detector",
    cls=group_of(COMMANDS),
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
