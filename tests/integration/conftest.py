"""The stream that an integration test's workers share."""

import pytest

from tests.integration.workers import Stream, fresh_stream


@pytest.fixture
def stream(kafka: str) -> Stream:
    """Fresh topics on the shared broker and a group nobody has used."""
    return fresh_stream(kafka)
