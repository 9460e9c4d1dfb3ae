"""A store that knows its partitions: what a rebalance leaves in it, and where the changelog is to be read on."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from detector.engines.escalation.tables import FROM_THE_START, PartitionedStore
from tests.unit.engines.escalation.rig import table

CHANGELOG = "test-things-changelog"


def changes(partition: int, *entries: tuple[int, Any, Any], topic: str = CHANGELOG) -> list[Any]:
    """(offset, key, value) as they come from the changelog; None deletes."""
    return [
        SimpleNamespace(
            key=key,
            value=value,
            message=SimpleNamespace(
                topic=topic, partition=partition, offset=offset, value=None if value is None else b"{}"
            ),
        )
        for offset, key, value in entries
    ]


def apply(store: PartitionedStore, batch: list[Any]) -> None:
    store.apply_changelog_batch(batch, to_key=lambda key: key, to_value=lambda value: value)


def rebalance(store: PartitionedStore, generation: int, *partitions: int) -> None:
    assigned = {TP(CHANGELOG, partition) for partition in partitions}
    asyncio.run(store.on_rebalance(assigned, set(), set(), generation))


def read_to(store: PartitionedStore, partition: int) -> int:
    return store.persisted_offset(TP(CHANGELOG, partition))


@pytest.fixture
def store() -> PartitionedStore:
    """It follows partitions 0 and 1 since generation 5."""
    store = table().store
    rebalance(store, 5, 0, 1)
    apply(store, changes(0, (3, "a", 1), (4, "b", 2)))
    apply(store, changes(1, (7, "c", 3)))
    return store


def test_the_newest_change_of_a_key_wins_and_a_null_deletes(store: PartitionedStore) -> None:
    apply(store, changes(0, (5, "a", 10), (6, "b", None)))
    assert store.entries(0) == {"a": 10}
    assert store.size([0, 1]) == 2


def test_a_changelog_is_read_on_after_what_the_entries_contain(store: PartitionedStore) -> None:
    assert (read_to(store, 0), read_to(store, 1), read_to(store, 2)) == (4, 7, FROM_THE_START)


def test_a_change_of_our_own_need_not_be_read_again(store: PartitionedStore) -> None:
    store.set_persisted_offset(TP(CHANGELOG, 0), 9)
    store.set_persisted_offset(TP(CHANGELOG, 0), 8)
    assert read_to(store, 0) == 9


def test_a_partition_that_stays_keeps_its_entries_and_one_that_goes_leaves_nothing_behind(
    store: PartitionedStore,
) -> None:
    store.entries(1)["written by an agent"] = 4
    rebalance(store, 6, 0)
    assert store.entries(0) == {"a": 1, "b": 2}
    assert store.size([1]) == 0
    assert (read_to(store, 0), read_to(store, 1)) == (4, FROM_THE_START)


def test_a_confirmation_that_comes_after_its_partition_has_gone_does_not_count_as_read(store: PartitionedStore) -> None:
    rebalance(store, 6, 0)
    store.set_persisted_offset(TP(CHANGELOG, 1), 8)
    assert read_to(store, 1) == FROM_THE_START


def test_after_a_generation_without_us_everything_is_read_anew_since_another_may_have_written(
    store: PartitionedStore,
) -> None:
    rebalance(store, 7, 0, 1)
    assert store.size([0, 1]) == 0
    assert (read_to(store, 0), read_to(store, 1)) == (FROM_THE_START, FROM_THE_START)


def test_a_warm_copy_is_kept_when_it_becomes_the_owner_s(store: PartitionedStore) -> None:
    rebalance(store, 6, 0, 1)
    asyncio.run(store.on_recovery_completed({TP(CHANGELOG, 0)}, {TP(CHANGELOG, 1)}))
    assert store.entries(1) == {"c": 3}


def test_a_change_of_another_table_is_not_taken_for_one_of_ours(store: PartitionedStore) -> None:
    apply(store, changes(0, (50, "stray", 1), topic="test-others-changelog"))
    assert store.entries(0) == {"a": 1, "b": 2}
    assert read_to(store, 0) == 4
