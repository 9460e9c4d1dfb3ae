"""What may be committed: what was settled, in order, in the present generation, with nothing lost on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import faust
import pytest
from faust.types import TP, Message
from faust.types.tuples import ConsumerMessage

from detector.engines.faust.settling import Chain, SettledConsumer, SettledTransport, Wanted
from detector.errors import Restart

PLACE = TP("verdicts", 0)


def message(offset: int, generation: int = 4) -> Message:
    made = ConsumerMessage(*PLACE, offset, 0.0, 0, [], b"k", b"v", None, tp=PLACE, generation_id=generation)
    made.incref()
    return made


def with_consumer(check: Callable[[SettledConsumer], Awaitable[None] | None]) -> None:
    """A consumer of generation 4, which is not connected; 10 is the next offset it had committed."""

    async def scenario() -> None:
        app = faust.App("test", autodiscover=False, web_enabled=False)
        app.transport = SettledTransport(app.conf.broker_consumer, app)
        app.consumer_generation_id = 4
        app.topics._acking_topics.add(PLACE.topic)  # type: ignore[attr-defined]
        consumer = app.consumer
        assert isinstance(consumer, SettledConsumer)
        try:
            consumer._committed_offset[PLACE] = 10
            if (checking := check(consumer)) is not None:
                await checking
        finally:
            consumer._thread.thread_loop.close()

    asyncio.run(scenario())


def committable(consumer: SettledConsumer) -> dict[TP, int]:
    return consumer._filter_committable_offsets(list(consumer._filter_tps_with_pending_acks()))


def fetch(consumer: SettledConsumer, *offsets: int, generation: int = 4) -> None:
    for offset in offsets:
        consumer.chain.fetched(generation, PLACE, offset)


def test_what_was_settled_is_committed_whatever_holes_the_topic_has() -> None:
    def check(consumer: SettledConsumer) -> None:
        fetch(consumer, 12, 20, 21)
        for offset in (12, 20, 21):
            consumer.settle(message(offset))
        assert committable(consumer) == {PLACE: 22}
        assert consumer.next_offset(PLACE) == 22

    with_consumer(check)


def test_a_topic_that_begins_with_a_hole_is_committed_too() -> None:
    def check(consumer: SettledConsumer) -> None:
        consumer._committed_offset[PLACE] = 1
        fetch(consumer, 5)
        consumer.settle(message(5))
        assert committable(consumer) == {PLACE: 6}

    with_consumer(check)


def test_what_was_dropped_is_not_committed() -> None:
    def check(consumer: SettledConsumer) -> None:
        fetch(consumer, 10, 11)
        consumer.settle(message(10))
        consumer.drop(message(11))
        assert committable(consumer) == {PLACE: 11}

    with_consumer(check)


def test_what_belongs_to_an_older_generation_is_not_committed() -> None:
    def check(consumer: SettledConsumer) -> None:
        consumer.settle(message(10, generation=3))
        assert committable(consumer) == {}
        assert consumer.next_offset(PLACE) == 10

    with_consumer(check)


def test_an_event_that_was_fetched_and_never_came_ends_the_process_before_it_is_stepped_over() -> None:
    def check(consumer: SettledConsumer) -> None:
        fetch(consumer, 10, 11, 12)
        consumer.settle(message(10))
        with pytest.raises(Restart, match="lost an event"):
            consumer.settle(message(12))
        assert committable(consumer) == {PLACE: 11}

    with_consumer(check)


def test_an_event_that_comes_twice_is_settled_twice_without_harm() -> None:
    def check(consumer: SettledConsumer) -> None:
        fetch(consumer, 10, 11)
        fetch(consumer, 10, 11, 12)
        for offset in (10, 11, 10, 11, 12):
            consumer.settle(message(offset))
        assert committable(consumer) == {PLACE: 13}

    with_consumer(check)


def test_after_a_rebalance_nothing_is_ours_to_commit() -> None:
    async def check(consumer: SettledConsumer) -> None:
        async def nothing(*_: Any) -> None:
            pass

        consumer._on_partitions_revoked = nothing
        consumer.settle(message(10))
        await consumer.on_partitions_revoked({PLACE})
        assert committable(consumer) == {}

    with_consumer(check)


def test_a_chain_begins_anew_where_fetching_steps_back_and_in_a_new_generation() -> None:
    chain = Chain()
    for generation, offset in ((4, 10), (4, 12), (4, 15), (4, 12), (4, 15), (5, 16), (5, 18)):
        chain.fetched(generation, PLACE, offset)
    assert [chain.before(PLACE, offset) for offset in (10, 12, 15, 16, 18)] == [None, None, 12, None, 16]
    assert chain.before(PLACE, 15) is None


def test_an_event_that_comes_with_a_second_pass_only_is_not_lost() -> None:
    def check(consumer: SettledConsumer) -> None:
        fetch(consumer, 10, 11, 12)
        consumer.settle(message(10))
        fetch(consumer, 11, 12)
        consumer.settle(message(11))
        consumer.settle(message(12))
        assert committable(consumer) == {PLACE: 13}

    with_consumer(check)


def test_no_partition_wanted_does_not_mean_all_of_them() -> None:
    partitions = {PLACE}
    wanted = Wanted(partitions)
    assert PLACE in wanted
    partitions.clear()
    assert wanted
    assert PLACE not in wanted
