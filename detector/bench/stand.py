"""Where it is measured: a broker, and on it topics that nobody has used."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from detector.brokers import LocalKafka
from detector.errors import Retry
from detector.operations.cluster import CALL_SECONDS, Cluster
from detector.operations.topics import BROKER_DEFAULT, create_topics, topic_specs
from detector.settings import Settings

PARTITIONS = 4
_POLL_SECONDS = 0.05


@contextmanager
def broker(bootstrap: str | None, note: Callable[[str], None]) -> Iterator[str]:
    """The address of the broker that is given, or else of a local one that is gone afterwards."""
    if bootstrap is not None:
        yield bootstrap
        return
    with LocalKafka(report=note) as local:
        yield local.bootstrap


@contextmanager
def fresh_stream(bootstrap: str) -> Iterator[Settings]:
    """Settings that name four new topics and a new group; the topics are deleted at the end."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    # Constructed, not loaded: the environment speaks of the user's own stream, and this is not it.
    settings = Settings.model_construct(
        bootstrap_servers=bootstrap,
        group=name,
        listing_topic=f"{name}-listings",
        booking_topic=f"{name}-bookings",
        verdict_topic=f"{name}-verdicts",
        dead_letter_topic=f"{name}-dead-letters",
    )
    cluster = Cluster(settings)
    specs = topic_specs(settings)
    create_topics(cluster, specs, PARTITIONS, BROKER_DEFAULT)
    try:
        _wait_until_known(cluster, {spec.name for spec in specs})
        yield settings
    finally:
        for deleted in cluster.client.delete_topics([spec.name for spec in specs]).values():
            deleted.exception(CALL_SECONDS)


def _wait_until_known(cluster: Cluster, names: set[str]) -> None:
    give_up = time.monotonic() + CALL_SECONDS
    while names - set(cluster.topics()):
        if time.monotonic() > give_up:
            raise Retry("the cluster has made topics and does not list them: run the bench again.")
        Event().wait(_POLL_SECONDS)
