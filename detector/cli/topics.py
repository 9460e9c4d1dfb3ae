"""`detector topics`: make the four topics, or see whether they are as they should be."""

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource
from confluent_kafka.cimpl import NewTopic

from detector.cli.cluster import ANSWER_SECONDS, Cluster
from detector.cli.findings import report
from detector.cli.options import CLUSTER, TOPICS, with_settings
from detector.cli.plan import Found, Wanted, compare, inputs, largest_input, outputs
from detector.engines.kafka.failures import stop_reason
from detector.errors import Misconfigured, Retry
from detector.settings import Settings

CREATE_SECONDS = 30.0
CLUSTERS_DEFAULT = -1

app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")


@app.callback()
def topics() -> None:
    """Make the four topics, or check them.

    Two are read (listing updates, bookings) and two are written: verdicts, compacted to the newest per listing, and dead
    letters, kept 14 days and allowed to be larger than any event.
    """


@app.command()
@with_settings(*CLUSTER, *TOPICS)
def create(
    settings: Settings,
    partitions: Annotated[int, typer.Option(min=1, help="Partitions of each topic that is made.")] = 4,
    replication: Annotated[
        int | None, typer.Option(min=1, help="Copies of each partition; by default what the cluster says.")
    ] = None,
) -> None:
    """Make the topics that are missing; those that exist stay as they are.

        detector topics create --bootstrap-servers broker:9092 --partitions 12

    Ends with 0 when all four exist, 1 if no broker answers, 2 if the cluster refuses.
    """
    cluster = Cluster(settings)
    for name, made in create_topics(cluster, partitions, replication):
        typer.echo(f"{'created' if made else 'exists '} {name}")


@app.command()
@with_settings(*CLUSTER, *TOPICS)
def check(
    settings: Settings,
    partitions: Annotated[int | None, typer.Option(min=1, help="How many partitions each topic should have.")] = None,
) -> None:
    """Compare the topics with what the worker needs, and say how to mend what differs.

        detector topics check --partitions 12

    Ends with 0, or with 5 if something must be mended; a warning alone does not count.
    """
    cluster = Cluster(settings)
    report(compare(settings, find_topics(cluster), partitions))


def create_topics(cluster: Cluster, partitions: int, replication: int | None = None) -> list[tuple[str, bool]]:
    """Each topic's name and whether it was made now. Inputs come first: the dead letters' size depends on them."""
    cluster.metadata()
    made = _make(cluster.admin, inputs(cluster.settings), partitions, replication)
    largest = largest_input(cluster.settings, find_topics(cluster))
    return made + _make(cluster.admin, outputs(cluster.settings, largest), partitions, replication)


def find_topics(cluster: Cluster) -> dict[str, Found]:
    """Those of the settings' topics that exist."""
    wanted = [each.name for each in [*inputs(cluster.settings), *outputs(cluster.settings)]]
    known = cluster.metadata().topics
    there = [name for name in wanted if name in known and known[name].error is None]
    return {name: Found(len(known[name].partitions), _config(cluster.admin, name)) for name in there}


def _make(
    admin: AdminClient, wanted: Sequence[Wanted], partitions: int, replication: int | None
) -> list[tuple[str, bool]]:
    new = [
        NewTopic(each.name, partitions, replication or CLUSTERS_DEFAULT, config=dict(each.config)) for each in wanted
    ]
    futures = admin.create_topics(new, operation_timeout=CREATE_SECONDS, request_timeout=CREATE_SECONDS)
    return [(name, _was_made(name, future.exception(CREATE_SECONDS + 1))) for name, future in futures.items()]


def _was_made(name: str, problem: BaseException | None) -> bool:
    if problem is None:
        return True
    if not isinstance(problem, KafkaException):
        raise problem
    error: KafkaError = problem.args[0]
    if error.code() == KafkaError.TOPIC_ALREADY_EXISTS:
        return False
    if (stop := stop_reason(error)) is not None:
        raise stop
    if error.retriable() or error.code() == KafkaError._TIMED_OUT:  # noqa: SLF001
        raise Retry(f"topic {name} was not made in time ({error.name()}): run the command again.")
    raise Misconfigured(f"topic {name} was not made ({error.name()}: {error.str()}).")


def _config(admin: AdminClient, topic: str) -> dict[str, str] | None:
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    (future,) = admin.describe_configs([resource], request_timeout=ANSWER_SECONDS).values()
    try:
        entries: Iterable[tuple[str, str | None]] = [(each.name, each.value) for each in future.result().values()]
    except KafkaException:
        return None
    return {name: value for name, value in entries if value is not None}
