"""What the demo runs on: a broker with the topics."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum

from detector.brokers import EmbeddedKafka, LocalKafka
from detector.operations.cluster import Cluster
from detector.operations.topics import create_topics, topic_specs
from detector.settings import Settings

PARTITIONS = 2
EMBEDDED_PARTITIONS = 4
"""What topics have that spring up on the embedded broker, as those of `detector escalate` do; verdicts have to match."""


class Broker(StrEnum):
    """What stands in for the cluster."""

    EMBEDDED = "embedded"
    LOCAL = "local"

    @property
    def consumer_properties(self) -> Mapping[str, str]:
        """What a consumer needs there: the embedded broker lets a fetch wait its full time, whatever arrives."""
        return {"fetch.wait.max.ms": "10"} if self is Broker.EMBEDDED else {}


@contextmanager
def broker_with_topics(broker: Broker, note: Callable[[str], None]) -> Iterator[Settings]:
    """A broker and, on it, the topics of the settings that are given; `note` hears of what takes long."""
    if broker is Broker.EMBEDDED:
        names = [spec.name for spec in topic_specs(_settings(""))]
        with EmbeddedKafka(dict.fromkeys(names, EMBEDDED_PARTITIONS)) as embedded:
            yield _settings(embedded.bootstrap)
        return
    with LocalKafka(report=note) as local:
        settings = _settings(local.bootstrap)
        create_topics(Cluster(settings), topic_specs(settings), PARTITIONS, replication=1)
        yield settings


def _settings(bootstrap: str) -> Settings:
    # Constructed, not loaded: the environment speaks of the user's cluster, and this is not it.
    return Settings.model_construct(bootstrap_servers=bootstrap, group=f"detector-demo-{uuid.uuid4().hex[:8]}")
