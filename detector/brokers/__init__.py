"""Brokers this product can start by itself: a real Kafka in one JVM, and librdkafka's mock cluster."""

from detector.brokers.embedded import EmbeddedKafka
from detector.brokers.errors import BrokerDied, FetchFailed, ToolMissing
from detector.brokers.jvm import LocalKafka

__all__ = ["BrokerDied", "EmbeddedKafka", "FetchFailed", "LocalKafka", "ToolMissing"]
