"""Where it is measured: a broker, and on it topics that nobody has used."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

from detector.brokers import LocalKafka
from detector.errors import Retry
from detector.operations.cluster import CALL_SECONDS, Cluster
from detector.operations.topics import BROKER_DEFAULT, create_topics, topic_specs
from detector.settings import Settings
from detector.settings.model import PREFIX

PARTITIONS = 4
TOPIC_FIELDS = tuple(field for field in Settings.model_fields if field.endswith("_topic"))
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
def fresh_stream(bootstrap: str, partitions: int = PARTITIONS) -> Iterator[Settings]:
    """Settings whose every topic and whose group are new; the topics, and no others, are deleted at the end."""
    run = f"bench-{uuid.uuid4().hex[:8]}"
    # Constructed, not loaded: the environment speaks of the user's own stream, and this is not it.
    topics: dict[str, Any] = {field: f"{run}-{field.removesuffix('_topic')}" for field in TOPIC_FIELDS}
    settings = Settings.model_construct(bootstrap_servers=bootstrap, group=run, **topics)
    cluster = Cluster(settings)
    created = create_topics(cluster, topic_specs(settings), partitions, BROKER_DEFAULT)
    own = [name for name, new in created.items() if new]
    try:
        _wait_until_known(cluster, set(own))
        yield settings
    finally:
        for deleted in cluster.client.delete_topics(own).values():
            deleted.exception(CALL_SECONDS)


NO_CACHE = {f"{PREFIX}CACHE_WINDOWS": "0"}
"""A bench sends the same few texts again and again; scores kept from before would flatter the model."""


def topic_environment(settings: Settings) -> dict[str, str]:
    """The topics as settings of a worker."""
    return {f"{PREFIX}{field.upper()}": str(getattr(settings, field)) for field in TOPIC_FIELDS}


def _wait_until_known(cluster: Cluster, names: set[str]) -> None:
    give_up = time.monotonic() + CALL_SECONDS
    while names - set(cluster.topics()):
        if time.monotonic() > give_up:
            raise Retry("the cluster has made topics and does not list them: run the bench again.")
        Event().wait(_POLL_SECONDS)
