"""The `detector` command."""

import sys
from typing import Annotated

import typer
from rich.console import Console

from detector import __version__
from detector.cli.exits import exit_code
from detector.cli.score import score
from detector.cli.worker import worker
from detector.errors import DetectorError

app = typer.Typer(
    name="detector",
    help="Finds leaked direct-contact details in a Kafka stream of travel listings and booking messages.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(worker)
app.command()(score)


@app.callback()
def _options(
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=lambda wanted: _show_version(wanted))
    ] = False,
) -> None:
    pass


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


def run() -> None:
    """Run the command line; an error of ours is one sentence on standard error and an exit code that means something."""
    try:
        app()
    except DetectorError as error:
        Console(stderr=True, soft_wrap=True).print(f"[bold red]error:[/] {error}", highlight=False)
        sys.exit(exit_code(error))
