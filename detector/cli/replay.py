"""`detector replay`: dead letters back to their topics."""

from typing import Annotated

import typer

from detector.cli.options import CLUSTER, TOPICS, with_settings
from detector.errors import Reason
from detector.operations.replay import replay as put_back
from detector.settings import Settings


@with_settings(*CLUSTER, *TOPICS, "group")
def replay(
    settings: Settings,
    reason: Annotated[Reason | None, typer.Option(help="Only dead letters with this reason.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Look at so many at most.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and put nothing back.")] = False,
) -> None:
    """Put dead letters back to the topics they came from, once whatever made them fail is mended.

    Key, value and the producer's headers are byte for byte what they were; the timestamp is new. The next run goes on
    where this one ended (each --reason has its own progress). A record that fails again becomes a new dead letter.

        detector replay --reason model-error --dry-run
    """
    done = put_back(settings, reason.value if reason else None, limit, dry_run=dry_run)
    for topic, count in sorted(done.back.items()):
        typer.echo(f"{topic}: {count} {'would be ' if dry_run else ''}put back")
    typer.echo(
        f"{done.back.total()} {'to put back' if dry_run else 'put back'}, {done.other_reason} with another reason"
    )
    if done.other_origin:
        typer.echo(f"{done.other_origin} passed over: they do not say that they came from a topic of these settings")
