"""The broker that tests share, and topics of each test's own."""

import uuid
from collections.abc import Iterator
from typing import Protocol

import pytest

from detector.brokers import LocalKafka
from tests.brokers import broker_for_tests, create_topics, local_kafka_for_tests


class MakeTopic(Protocol):
    """Creates a topic nobody else uses and returns its name, which starts with `stem`."""

    def __call__(self, stem: str, *, partitions: int = 4, **config: str) -> str: ...


@pytest.fixture(scope="session")
def kafka() -> Iterator[str]:
    """The bootstrap address of a real broker that lives as long as the test run."""
    with broker_for_tests() as bootstrap:
        yield bootstrap


@pytest.fixture
def own_kafka() -> Iterator[LocalKafka]:
    """A broker the test may stop, crash and restart."""
    with local_kafka_for_tests() as broker:
        yield broker


@pytest.fixture
def topics(kafka: str) -> MakeTopic:
    """Makes fresh topics on the shared broker; configuration keys are written with `_` for `.`."""
    suffix = uuid.uuid4().hex[:8]

    def make(stem: str, *, partitions: int = 4, **config: str) -> str:
        name = f"{stem}-{suffix}"
        dotted = {key.replace("_", "."): value for key, value in config.items()}
        create_topics(kafka, name, partitions=partitions, config=dotted)
        return name

    return make
