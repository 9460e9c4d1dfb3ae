"""Which broker a test run gets."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import NoReturn

import pytest

from detector.brokers import FetchFailed, LocalKafka, ToolMissing
from tests.brokers.container import docker_answers, docker_kafka

BOOTSTRAP_VARIABLE = "DETECTOR_TEST_BOOTSTRAP"


@contextmanager
def broker_for_tests() -> Iterator[str]:
    """The bootstrap address of a real broker: one that is given, else Docker's, else a local JVM's.

    With none of them the test is skipped with the reason, or fails where `CI` is `true`.
    """
    if given := os.environ.get(BOOTSTRAP_VARIABLE):
        yield given
        return
    if docker_answers():
        with docker_kafka() as bootstrap:
            yield bootstrap
        return
    with local_kafka_for_tests() as kafka:
        yield kafka.bootstrap


@contextmanager
def local_kafka_for_tests() -> Iterator[LocalKafka]:
    """A JVM broker of the test's own, for tests that restart it.

    Without Java or its jars the test is skipped where another broker is at hand, else as `broker_for_tests` says.
    """
    # Only the absence of a broker may skip: an error from the test's own body has to pass through.
    with ExitStack() as stack:
        try:
            kafka = stack.enter_context(LocalKafka())
        except (ToolMissing, FetchFailed) as reason:
            if os.environ.get(BOOTSTRAP_VARIABLE) or docker_answers():
                pytest.skip(f"This test needs a JVM broker of its own: {reason}")
            no_broker(str(reason))
        yield kafka


def no_broker(reason: str) -> NoReturn:
    """Skips on a laptop; under `CI=true` a missing broker is a failure."""
    said = f"No broker: {BOOTSTRAP_VARIABLE} is not set, no Docker daemon answers, and: {reason}"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(said, pytrace=False)
    pytest.skip(said)
