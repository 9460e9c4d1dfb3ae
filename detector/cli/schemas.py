"""`detector schemas`: the wire contracts as files, and in a Schema Registry."""

from pathlib import Path
from typing import Annotated

import typer

from detector.cli.exits import Exit
from detector.cli.options import REGISTRY, TOPICS, with_settings
from detector.contracts import stale_schemas, write_schemas
from detector.registry.extras import require_client
from detector.registry.subjects import subjects
from detector.settings import Settings

app = typer.Typer()


@app.callback(invoke_without_command=True)
def schemas(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("schemas"),
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit code 5 if a file is out of date.")
    ] = False,
) -> None:
    """Generate the JSON Schemas of events, verdicts and dead letters, and the AsyncAPI document of the topics.

    `detector schemas register` puts them into a Schema Registry.
    """
    if context.invoked_subcommand is not None:
        return
    if check:
        stale = stale_schemas(out)
        for path in stale:
            typer.echo(f"{path} is out of date: `detector schemas` writes it anew.", err=True)
        raise typer.Exit(Exit.CHECK_FAILED if stale else Exit.OK)
    for path in write_schemas(out):
        typer.echo(path)


@app.command()
@with_settings(*TOPICS, "escalation_topic", *REGISTRY)
def register(
    settings: Settings,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Register nothing; only ask whether the registry would take the schemas.")
    ] = False,
) -> None:
    """Register the schemas of events, verdicts and escalations, each under its topic's subject (`<topic>-value`).

    A step of each deployment, before the workers': what is there already stays. The registry compares with the versions
    before, and a subject without a mode of its own is given the one that docs/schema-registry.md explains. Dead letters
    have no schema, as they may hold anything.

    Exit code 5 if the registry refused any.
    """
    require_client()
    from detector.registry import client, registering  # noqa: PLC0415 - an extra

    refused = False
    with client.Registry(settings) as registry:
        for subject in subjects(settings):
            step = registering.register(registry, subject, dry_run=dry_run)
            refused |= step.effect is registering.Effect.REFUSED
            typer.echo(str(step))
    if refused:
        raise typer.Exit(Exit.CHECK_FAILED)
