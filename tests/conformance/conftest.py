"""The engine under test and the stream that its workers share."""

import pytest

from tests.conformance.engines import ENGINES, Engine
from tests.integration.workers import Stream, fresh_stream


@pytest.fixture(scope="module", params=ENGINES, ids=str)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn; cases that look at the promise ask for every mode of it."""
    found = request.param
    assert isinstance(found, Engine)
    return found


@pytest.fixture
def stream(kafka: str, engine: Engine) -> Stream:
    """Fresh topics on the shared broker, a group nobody has used, and workers that run on the engine."""
    return fresh_stream(kafka, engine.settings)
