"""`detector topics`: make the six topics, or say what is wrong with them."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from detector.cli.exits import Exit
from detector.cli.options import CLUSTER, TOPICS, with_settings
from detector.operations.cluster import Cluster
from detector.operations.topics import BROKER_DEFAULT, check_topics, topic_specs
from detector.operations.topics import create_topics as create_missing
from detector.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Make the topics, or check them.")


@app.command()
@with_settings(*CLUSTER, *TOPICS, "escalation_topic", "feedback_topic", "max_event_bytes")
def create(
    settings: Settings,
    partitions: Annotated[
        int, typer.Option(min=1, help="Partitions of each new topic: the most workers that can share.")
    ] = 4,
    replication: Annotated[
        int, typer.Option(help="Replicas of each new topic; -1 is the cluster's default.")
    ] = BROKER_DEFAULT,
) -> None:
    """Create the topics that are missing; what exists is left as it is.

    Input topics take events up to --max-event-bytes; verdicts are compacted; dead letters have room for an event and
    why it failed, and stay for 14 days; escalations, which only `detector escalate` writes, stay for 90;
    feedback, which only the console of `detector serve` writes, stays for a year.
    """
    made = create_missing(Cluster(settings), topic_specs(settings), partitions, replication)
    for name, new in made.items():
        typer.echo(f"{name}: {'created' if new else 'exists'}")


@app.command()
@with_settings(*CLUSTER, *TOPICS, "escalation_topic", "feedback_topic", "max_event_bytes")
def check(settings: Settings) -> None:
    """Compare the topics with what the detector needs. Exit code 5 if something should be mended."""
    states = check_topics(Cluster(settings), topic_specs(settings))
    table = Table("topic", "for", "partitions", "", box=None, pad_edge=False)
    for state in states:
        verdict = "; ".join(state.troubles) if state.troubles else "ok"
        table.add_row(state.spec.name, state.spec.role, str(state.partitions or "-"), verdict)
    Console().print(table)
    if any(state.troubles for state in states):
        raise typer.Exit(Exit.CHECK_FAILED)
