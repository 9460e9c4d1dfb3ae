"""A registry that answers, and an environment without settings of anybody's."""

import os
from collections.abc import Iterator

import pytest

from tests.registry import StandIn, serving


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.upper().startswith("DETECTOR_") and not name.startswith("DETECTOR_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture
def registry() -> Iterator[StandIn]:
    """Empty, with an address."""
    with serving(StandIn()) as stand_in:
        yield stand_in
