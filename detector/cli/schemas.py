"""`detector schemas`: the wire contracts as files."""

from pathlib import Path
from typing import Annotated

import typer

from detector.cli.exits import Exit
from detector.contracts import stale_schemas, write_schemas


def schemas(
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("schemas"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 5 if a file is out of date.")
    ] = False,
) -> None:
    """Generate the JSON Schemas of events, verdicts and dead letters, and the AsyncAPI document of the topics."""
    if check:
        stale = stale_schemas(out)
        for path in stale:
            typer.echo(f"{path} is out of date: `detector schemas` writes it anew.", err=True)
        raise typer.Exit(Exit.CHECK_FAILED if stale else Exit.OK)
    for path in write_schemas(out):
        typer.echo(path)
