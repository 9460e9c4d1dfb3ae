"""Asks a broker whether it answers."""

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient


class Probe:
    """Keeps one client at a bootstrap address and asks it who is there."""

    def __init__(self, bootstrap: str) -> None:
        # Refused connections are what is expected of a broker that starts: not worth a log line each.
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "reconnect.backoff.max.ms": 100, "log_level": 0})

    def cluster_id(self, seconds: float) -> str | None:
        """The id of the cluster that answers within so many seconds, or None."""
        try:
            metadata = self._admin.list_topics(timeout=seconds)
        except KafkaException:
            return None
        return metadata.cluster_id if metadata.brokers else None
