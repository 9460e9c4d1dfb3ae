"""`detector schemas`: the contracts as files."""

from pathlib import Path
from typing import Annotated

import typer

from detector.cli.exits import Exit


def schemas(
    out: Annotated[Path, typer.Option(help="Folder of the files.")] = Path("schemas"),
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say which files are missing or stale.")
    ] = False,
) -> None:
    """Write the JSON Schemas of the messages and the AsyncAPI document of the topics.

    They are generated from the models that read and write the messages, so they cannot say anything else.

        detector schemas --out schemas
        detector schemas --check

    Ends with 0; with --check, with 5 if a file is not what would be written.
    """
    from detector.contracts import stale_schemas, write_schemas  # noqa: PLC0415 - other commands need not wait for it

    if not check:
        for path in write_schemas(out):
            typer.echo(f"wrote {path}")
        return
    stale = stale_schemas(out)
    for path in stale:
        typer.echo(f"stale {path}: `detector schemas --out {out}` writes it anew")
    if stale:
        raise typer.Exit(Exit.CHECK_FAILED)
    typer.echo(f"{out} is fresh")
