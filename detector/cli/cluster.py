"""A command's way to the cluster: clients under the operator's settings, and one sentence when nobody answers."""

import time
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ClusterMetadata

from detector.engines.kafka.clients import common_config, consumer_config, producer_config
from detector.engines.kafka.failures import stop_reason
from detector.errors import DetectorError, Misconfigured, Retry
from detector.settings import Delivery, Settings

ANSWER_SECONDS = 5.0
QUIET = {"log_level": 0}
"""librdkafka's own lines would stand between a command's: what they say is told by `Cluster.trouble`."""


class Cluster:
    """Makes clients, and remembers why they could not connect."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._troubles: list[KafkaError] = []
        self._admin: AdminClient | None = None

    @property
    def admin(self) -> AdminClient:
        """The one admin client."""
        if self._admin is None:
            self._admin = AdminClient({**common_config(self.settings), **self._quiet()})
        return self._admin

    def reader(self, **config: Any) -> Consumer:
        """A consumer of the committed records that joins no group unless it is given one and subscribes."""
        return Consumer({**consumer_config(self.settings), "fetch.wait.max.ms": 20, **self._quiet(), **config})

    def writer(self, transactional_id: str | None = None) -> Producer:
        """An idempotent producer that places keys as Java's do; transactional under the given id."""
        settings = self.settings.model_copy(update={"delivery": Delivery.AT_LEAST_ONCE})
        config = producer_config(settings, instance="command")
        if transactional_id is not None:
            config["transactional.id"] = transactional_id
        return Producer({**config, **self._quiet()})

    def metadata(self, seconds: float = ANSWER_SECONDS) -> ClusterMetadata:
        """What the cluster says of itself; raises within so many seconds if it says nothing."""
        try:
            return self.admin.list_topics(timeout=seconds)
        except KafkaException as error:
            raise self.unreachable(error.args[0], seconds) from None

    def partitions(self, topic: str) -> list[int]:
        """The topic's partitions; raises `Misconfigured` if there is no such topic."""
        found = self.metadata().topics.get(topic)
        if found is None or found.error is not None:
            raise Misconfigured(f"topic {topic} does not exist on the cluster: `detector topics create` makes it.")
        return sorted(found.partitions)

    def unreachable(self, error: KafkaError, seconds: float) -> DetectorError:
        """Why nobody answers, as far as the clients were told."""
        if (stop := stop_reason(error)) is not None:
            return stop
        return Retry(
            f"no broker answers at {self.settings.bootstrap_servers} within {seconds:g} s ({self._trouble() or error.name()}). "
            "Is the cluster up, is --bootstrap-servers right, does the cluster ask for TLS or SASL (--kafka KEY=VALUE)?"
        )

    def _trouble(self) -> str:
        """The first connection error that says more than that all brokers are down."""
        deadline = time.monotonic() + 0.1
        while self.admin.poll(0) and time.monotonic() < deadline:
            pass
        telling = [each for each in self._troubles if each.code() != KafkaError._ALL_BROKERS_DOWN]  # noqa: SLF001
        return telling[0].str() if telling else ""

    def _quiet(self) -> dict[str, Any]:
        return {**QUIET, "error_cb": self._troubles.append}


def assigned(reader: Consumer, topic: str, partitions: list[int], *, from_beginning: bool) -> None:
    """Read these partitions from their start, or from what is their end now."""
    places = [TopicPartition(topic, number) for number in partitions]
    for place in places:
        low, high = reader.get_watermark_offsets(place, timeout=ANSWER_SECONDS)
        place.offset = low if from_beginning else high
    reader.assign(places)


def raise_for(error: KafkaError) -> None:
    """End a command over what a consumer was told, unless it passes by itself."""
    if (stop := stop_reason(error)) is not None:
        raise stop
    if error.fatal():
        raise Retry(f"reading cannot go on ({error.name()}): start the command again.")
