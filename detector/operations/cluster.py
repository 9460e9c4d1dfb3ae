"""Asking the cluster from outside the stream, and saying why it does not answer."""

from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from detector.engines.kafka.clients import common_config, refusals_named
from detector.engines.kafka.failures import stop_reason
from detector.errors import DetectorError, Misconfigured, Retry
from detector.settings import Settings

CALL_SECONDS = 10.0
REACH_SECONDS = 5.0
"""How long an unreachable cluster keeps a command waiting."""

QUIET: dict[str, Any] = {"log_level": 0}
"""The commands speak for themselves; librdkafka's log lines would come between."""


class Cluster:
    """The settings' cluster, as an administrator sees it; an unreachable one keeps a call waiting for `reach_seconds`."""

    def __init__(self, settings: Settings, reach_seconds: float = REACH_SECONDS) -> None:
        self._settings = settings
        self._reach_seconds = reach_seconds
        self._troubles: list[KafkaError] = []
        config: dict[str, Any] = {**common_config(settings), **QUIET, "error_cb": self._troubles.append}
        with refusals_named(settings):
            self.client = AdminClient(config)

    def topics(self) -> dict[str, int]:
        """Topic name to number of partitions; raises `Retry` if nobody answers."""
        try:
            found = self.client.list_topics(timeout=self._reach_seconds).topics
        except KafkaException as error:
            raise self._unreachable(error.args[0]) from None
        return {name: len(topic.partitions) for name, topic in found.items()}

    def partitions(self, topic: str) -> list[int]:
        """The topic's partitions; raises `Misconfigured` if there is no such topic."""
        count = self.topics().get(topic)
        if not count:
            raise Misconfigured(f"topic {topic} does not exist: `detector topics create` makes it.")
        return list(range(count))

    def _unreachable(self, error: KafkaError) -> DetectorError:
        if (stop := stop_reason(error)) is not None:
            return stop
        self.client.poll(0)
        told = [each for each in self._troubles if each.code() != KafkaError._ALL_BROKERS_DOWN]  # noqa: SLF001
        why = told[0].str() if told else error.name()
        return Retry(
            f"no broker answers at {self._settings.bootstrap_servers} within {self._reach_seconds:g} s ({why}). Is the "
            "cluster up, is --bootstrap-servers right, does it ask for TLS or SASL (--kafka security.protocol=...)?"
        )


def failure(error: KafkaError) -> DetectorError:
    """What to end a command with when the cluster reports an error in mid-work."""
    return stop_reason(error) or Retry(f"the cluster failed in mid-work ({error.name()}): run the command again.")
