"""Making the app's own topics before Faust starts.

Faust can make them, but joins its group before the cluster has told of them everywhere, and then leaves out of its work
what it has not heard of, for minutes.
"""

import time

from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from detector.engines.escalation.layout import Found, Layout, sightings_topic
from detector.engines.kafka.clients import common_config
from detector.engines.kafka.cluster import ClientLog
from detector.engines.kafka.failures import stop_reason
from detector.errors import Misconfigured, Restart
from detector.settings import Settings

SECONDS = 30.0
PAUSE_SECONDS = 0.1
SIGHTINGS_KEPT_MS = 30 * 24 * 60 * 60 * 1000
"""A sighting that waits longer between the stages is too old to count."""


def make_topics(settings: Settings, layout: Layout, found: Found) -> None:
    """Make what is missing, and wait until the cluster tells of it.

    Changelogs are compacted; all have as many replicas as the verdict topic. Raises `Misconfigured` where the broker
    refuses.
    """
    if not layout.missing:
        return
    client = AdminClient(common_config(settings), logger=ClientLog())
    if found.real:
        _create(client, settings, layout, found.replication)
    else:
        _ask_for(settings, layout)
    deadline = time.monotonic() + SECONDS
    while not _told_of(client, layout):
        if time.monotonic() > deadline:
            raise Restart(f"the cluster does not tell of {', '.join(sorted(layout.missing))}, which it has just made.")
        time.sleep(PAUSE_SECONDS)


def _create(client: AdminClient, settings: Settings, layout: Layout, replication: int) -> None:
    kept = {"cleanup.policy": "delete", "retention.ms": str(SIGHTINGS_KEPT_MS)}
    wanted = [
        NewTopic(
            name,
            partitions,
            replication,
            config=kept if name == sightings_topic(settings) else {"cleanup.policy": "compact"},
        )
        for name, partitions in layout.missing.items()
    ]
    for name, future in client.create_topics(wanted, operation_timeout=SECONDS, request_timeout=SECONDS).items():
        try:
            future.result()
        except KafkaException as failure:
            error = failure.args[0]
            if error.code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise stop_reason(error) or Misconfigured(f"topic {name} could not be made: {error.str()}.") from None


def _ask_for(settings: Settings, layout: Layout) -> None:
    """The embedded broker makes what a client that allows it asks for."""
    client = Producer({**common_config(settings), "allow.auto.create.topics": True}, logger=ClientLog())
    for name in layout.missing:
        client.list_topics(name, timeout=SECONDS)


def _told_of(client: AdminClient, layout: Layout) -> bool:
    try:
        known = client.list_topics(timeout=SECONDS).topics
    except KafkaException:
        return False
    return all(
        name in known
        and len(known[name].partitions) == count
        and all(p.leader >= 0 for p in known[name].partitions.values())
        for name, count in layout.missing.items()
    )
