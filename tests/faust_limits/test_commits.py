"""What Faust commits of what was acknowledged."""

from typing import Any

import pytest
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.errors import IllegalGenerationError
from faust.types import TP

from tests.brokers import Sent, committed_offsets
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import acknowledge, holding, in_event_loop, put, raw_app
from tests.faust_limits.reading import ReadCommitted
from tests.faust_limits.transactions import produce_transaction

pytestmark = pytest.mark.kafka


def test_a_commit_runs_over_an_event_in_flight_whose_neighbours_are_acknowledged(kafka: str, topics: MakeTopic) -> None:
    """So a restart loses it. faust-streaming #606, PR 707; robinhood/faust #682.

    It may be the first event of all, the one next in turn after a commit, or the one behind a hole that a transaction
    or compaction left in the offsets.
    """
    topic = topics("in", partitions=3)
    put(kafka, topic, *[b"event"] * 3)
    put(kafka, topic, *[b"event"] * 5, partition=1)
    for _ in range(2):
        produce_transaction(kafka, topic, [Sent(b"event", partition=2) for _ in range(2)])

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        async with holding(app, topic) as held:
            (first_of_all, *of_partition_0), of_partition_1, of_partition_2 = await held.all_of(3, 5, 4)
            *before, next_in_turn, fourth, fifth = of_partition_1
            *before_the_hole, behind_the_hole, last = of_partition_2
            acknowledge(before)
            await app.consumer.commit()
            acknowledge([*of_partition_0, fourth, fifth, *before_the_hole, last])
            await app.consumer.commit()
        committed = committed_offsets(kafka, topic, topic)
        in_flight = [each.message for each in (first_of_all, next_in_turn, behind_the_hole)]
        assert [message.offset for message in in_flight] == [0, 2, 3]
        assert committed == {0: 3, 1: 5, 2: 5}

    in_event_loop(scenario)


def test_a_commit_that_the_broker_refused_counts_as_done_and_is_not_tried_again(
    kafka: str, topics: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faust says so in its metric of committed offsets, too. faust-streaming #316, PR 692 (not in 0.15.3).

    What was acknowledged stays uncommitted until something newer is, and is read again if nothing comes.
    """
    topic = topics("in", partitions=1)
    put(kafka, topic, *[b"event"] * 3)
    commit = GroupCoordinator._do_commit_offsets
    refusals = [IllegalGenerationError()]

    async def commit_or_refuse(self: GroupCoordinator, assignment: Any, offsets: Any) -> None:
        if refusals:
            raise refusals.pop()
        await commit(self, assignment, offsets)

    monkeypatch.setattr(GroupCoordinator, "_do_commit_offsets", commit_or_refuse)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        async with holding(app, topic) as held:
            acknowledge(await held.first(3))
            assert not await app.consumer.commit()
            assert not refusals
            assert app.monitor.tp_committed_offsets[TP(topic, 0)] == 3
            await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {}

    in_event_loop(scenario)


def test_a_hole_right_behind_the_first_offset_stops_the_commits_of_its_partition(kafka: str, topics: MakeTopic) -> None:
    """Until the next rebalance or restart, however much is acknowledged. No issue upstream.

    Faust takes offset 0, where it has read to, for no offset at all and does not see the hole. Here it is a transaction
    that was taken back, which a reader of committed records leaves out.
    """
    topic = topics("in", partitions=1)
    put(kafka, topic, b"first")
    produce_transaction(kafka, topic, [Sent(b"taken back")] * 2, take_back=True)
    put(kafka, topic, *[b"event"] * 3)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        app.transport = ReadCommitted(app.conf.broker_consumer, app)
        async with holding(app, topic) as held:
            events = await held.first(4)
            assert [event.message.offset for event in events] == [0, 4, 5, 6]
            acknowledge(events)
            for _ in range(3):
                await app.consumer.commit()
            assert committed_offsets(kafka, topic, topic) == {0: 1}

    in_event_loop(scenario)
