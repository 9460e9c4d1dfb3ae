"""What is loaded is never looked through again, and the rest seldom."""

import gc
from collections.abc import Iterator

import pytest

from detector.engines.collecting import YOUNG, collect_rarely


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


def test_what_is_alive_is_frozen_and_the_young_may_be_many() -> None:
    middle, old = gc.get_threshold()[1:]
    collect_rarely()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == (YOUNG, middle, old)


def test_what_keeps_each_other_alive_is_still_freed() -> None:
    collect_rarely()
    freed: list[str] = []

    class Noticing:
        def __init__(self) -> None:
            self.own = self

        def __del__(self) -> None:
            freed.append("gone")

    Noticing()
    assert not freed
    kept = [[] for _ in range(2 * YOUNG)]  # type: ignore[var-annotated]
    assert freed == ["gone"], len(kept)
