"""The stream that an integration test's workers share."""

import uuid

import pytest

from tests.brokers.fixtures import MakeTopic
from tests.integration.workers import Stream


@pytest.fixture
def stream(kafka: str, topics: MakeTopic) -> Stream:
    """Fresh topics on the shared broker and a group nobody has used."""
    return Stream(
        bootstrap=kafka,
        listings=topics("listings"),
        bookings=topics("bookings"),
        verdicts=topics("verdicts", cleanup_policy="compact,delete"),
        dead_letters=topics("dead-letters", max_message_bytes="4194304"),
        group=f"group-{uuid.uuid4().hex[:8]}",
    )
