"""Waiting for the cluster at a worker's start, and librdkafka's log lines as ours."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from threading import Event

import structlog
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata

from detector.engines.kafka.clients import common_config, refusals_named
from detector.engines.kafka.failures import stop_reason
from detector.errors import Misconfigured
from detector.settings import Settings

log = structlog.get_logger()

METADATA_SECONDS = 5.0
RETRY_SECONDS = 0.2


def wait_for_topics(settings: Settings, stopping: Event, alive: Callable[[], None]) -> bool:
    """Wait until the cluster answers; False if told to stop first. `alive` is called once a turn.

    Raises `Misconfigured` for topics that do not exist, credentials that are refused, and properties librdkafka does
    not take.
    """
    wanted = {settings.listing_topic, settings.booking_topic, settings.verdict_topic, settings.dead_letter_topic}
    return wait_for_cluster(settings, wanted, stopping, alive) is not None


def wait_for_cluster(
    settings: Settings, wanted: AbstractSet[str], stopping: Event, alive: Callable[[], None]
) -> ClusterMetadata | None:
    """The same for these topics; what the cluster said of itself, None if told to stop first."""
    while not stopping.is_set():
        alive()
        # A client for each try: one that was told of a cluster without brokers finds none any more (see `Membership`).
        with refusals_named(settings):
            client = AdminClient(common_config(settings), logger=ClientLog())
        try:
            found: ClusterMetadata = client.list_topics(timeout=METADATA_SECONDS)
        except KafkaException as error:
            if (reason := stop_reason(error.args[0])) is not None:
                raise reason from None
            log.warning("cluster not reachable yet", cause=error.args[0].name())
            stopping.wait(RETRY_SECONDS)
            continue
        if not found.brokers:
            log.warning("cluster not reachable yet", cause="no brokers")
            stopping.wait(RETRY_SECONDS)
            continue
        if missing := wanted - set(found.topics):
            raise Misconfigured(
                f"topics {', '.join(sorted(missing))} do not exist on the cluster: `detector topics create` makes them."
            )
        return found
    return None


class ClientLog:
    """librdkafka's own log lines, passed on as structured ones. They speak of connections and groups, never of texts."""

    def log(self, level: int, message: str, *args: object) -> None:
        """What confluent-kafka calls; `level` is one of Python's logging levels."""
        log.log(level, "kafka client", detail=message % args if args else message)

    def handle(self, _record: object) -> None:
        """Part of the interface that confluent-kafka may look for."""
