"""The topics of the app: their names, and how many partitions each must have.

Faust keeps a table's entry in the changelog partition that has the number of the event's own partition, so a table has
as many partitions as the topic that its agent reads. Where numbers differ Faust fails at the first write; here they are
chosen, and compared before anything is read.
"""

from collections.abc import Mapping
from typing import NamedTuple

from confluent_kafka.admin import ClusterMetadata

from detector.errors import Misconfigured
from detector.settings import Settings

TRAILS, STANDINGS, PANES = "trails", "standings", "panes"
"""The tables: the first belongs to the verdict topic, the others to the topic of sightings."""

EMBEDDED_PARTITIONS = 4
"""A topic of librdkafka's mock cluster cannot be created: it springs up when first asked for, with so many."""
_EMBEDDED_CLUSTER = "mockCluster"
"""What the mock cluster calls itself."""


class Layout(NamedTuple):
    """How many partitions the tables of each stage have, and the topics that are still to be made, with theirs."""

    verdicts: int
    sightings: int
    missing: Mapping[str, int]


class Found(NamedTuple):
    """What the cluster says: partitions by topic, replicas of the verdict topic, whether it is a real one."""

    partitions: Mapping[str, int]
    replication: int
    real: bool


def sightings_topic(settings: Settings) -> str:
    """Between the stages: sightings by offender."""
    return f"{settings.escalation_group}-by-partner"


def changelog(settings: Settings, table: str) -> str:
    """The name that Faust gives to a table's changelog."""
    return f"{settings.escalation_group}-{table}-changelog"


def found_on(cluster: ClusterMetadata, settings: Settings) -> Found:
    """The facts of a cluster that has the verdict topic."""
    return Found(
        {name: len(topic.partitions) for name, topic in cluster.topics.items()},
        len(next(iter(cluster.topics[settings.verdict_topic].partitions.values())).replicas),
        not str(cluster.cluster_id).startswith(_EMBEDDED_CLUSTER),
    )


def lay_out(settings: Settings, found: Found) -> Layout:
    """Raises `Misconfigured` if topics that are there already do not fit each other."""
    verdicts = found.partitions[settings.verdict_topic]
    fresh = verdicts if found.real else EMBEDDED_PARTITIONS
    second_stage = [sightings_topic(settings), changelog(settings, STANDINGS), changelog(settings, PANES)]
    sightings = next((found.partitions[name] for name in second_stage if name in found.partitions), fresh)
    wanted = {changelog(settings, TRAILS): verdicts, **dict.fromkeys(second_stage, sightings)}
    actual = {name: found.partitions.get(name, fresh) for name in wanted}
    if not found.real and actual != wanted:
        raise Misconfigured(
            f"an embedded broker gives each new topic {EMBEDDED_PARTITIONS} partitions, so the topic "
            f"{settings.verdict_topic} has to have as many there."
        )
    for name, count in wanted.items():
        if found.partitions.get(name, count) != count:
            raise Misconfigured(
                f"the topic {name} has {actual[name]} partitions where {count} are needed, probably because topics were "
                "given more since: counts that were kept cannot follow. Take another --escalation-group, which counts "
                "anew from the verdict topic, and delete the topics of this one."
            )
    missing = {name: count for name, count in wanted.items() if name not in found.partitions}
    return Layout(verdicts, sightings, missing)
