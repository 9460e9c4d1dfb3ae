"""The transport `confluent://`: librdkafka under Faust, which is not what it looks like.

No issue is open upstream for any of this; the source of `faust/transport/drivers/confluent.py` says most of it.
"""

import asyncio
from typing import Any

import faust
import pytest

from tests.brokers import SECONDS, read_committed
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import in_event_loop, raw_app, writing

pytestmark = pytest.mark.kafka


def test_headers_and_timestamps_are_dropped(kafka: str, topics: MakeTopic) -> None:
    """A dead letter would lose where it came from and when, and a verdict its id."""
    topic = topics("out", partitions=1)
    write(confluent_app(kafka, topic), topic)
    (record,) = read_committed(kafka, topic)
    assert (record.key, record.value) == (b"key", b"value")
    assert record.headers == []
    assert record.timestamp_ms > 1_700_000_000_000


def test_credentials_never_reach_librdkafka(kafka: str, topics: MakeTopic) -> None:
    """The connection is made in the clear, though the app was told to log in.

    The test broker takes nobody's password: a client that offered one would be turned away.
    """
    topic = topics("out", partitions=1)
    login = faust.SASLCredentials(username="worker", password="secret", mechanism="SCRAM-SHA-512")
    write(confluent_app(kafka, topic, broker_credentials=login), topic)
    assert len(read_committed(kafka, topic)) == 1


def confluent_app(bootstrap: str, group: str, **settings: Any) -> faust.App:
    """An app with this transport."""
    return raw_app(bootstrap, group, broker=f"confluent://{bootstrap}", **settings)


def write(app: faust.App, topic: str) -> None:
    """Write one record with a header and a timestamp of long ago."""

    async def scenario() -> None:
        async with writing(app) as producer:
            sending = producer.send_and_wait(topic, b"key", b"value", None, 1_600_000_000.0, [("id", b"header")])
            await asyncio.wait_for(sending, SECONDS)

    in_event_loop(scenario)
