"""Brokers for tests, and the few things tests do to them."""

from tests.brokers.choice import BOOTSTRAP_VARIABLE, broker_for_tests, local_kafka_for_tests, no_broker
from tests.brokers.reading import Read, as_read, committed_offsets, read_committed
from tests.brokers.records import SECONDS, Sent, create_topics, produce, produce_with

__all__ = [
    "BOOTSTRAP_VARIABLE",
    "SECONDS",
    "Read",
    "Sent",
    "as_read",
    "broker_for_tests",
    "committed_offsets",
    "create_topics",
    "local_kafka_for_tests",
    "no_broker",
    "produce",
    "produce_with",
    "read_committed",
]
