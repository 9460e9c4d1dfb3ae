"""`Stream.take`: Faust's own way to work in batches."""

import asyncio

import pytest
from faust.sensors.prometheus import setup_prometheus_sensors
from faust.types import StreamT
from prometheus_client import CollectorRegistry

from tests.brokers import SECONDS, committed_offsets
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import in_event_loop, offline_app, put, raw_app, running
from tests.faust_limits.clock import in_no_time


class CannotJudge(Exception):
    """What an agent raises in these tests."""


@pytest.mark.kafka
def test_a_batch_on_which_the_agent_failed_is_committed_all_the_same(kafka: str, topics: MakeTopic) -> None:
    """So an error of the model loses every event of its batch; robinhood/faust #513, faust-streaming #315.

    Documented behaviour ("acknowledged when ... an exception occurs"), with no pull request.
    """
    topic = topics("in", partitions=1)
    put(kafka, topic, *[b"event"] * 3)

    async def scenario() -> None:
        app = raw_app(kafka, topic)
        starts = 0
        started_again = asyncio.Event()

        @app.agent(app.topic(topic))
        async def judge(stream: StreamT[bytes]) -> None:
            nonlocal starts
            starts += 1
            if starts == 2:
                started_again.set()
            async for _ in stream.take(3, within=SECONDS):
                raise CannotJudge

        async with running(app), asyncio.timeout(SECONDS):
            await started_again.wait()
            await app.consumer.commit()
        assert committed_offsets(kafka, topic, topic) == {0: 3}

    in_event_loop(scenario)


def test_a_lone_event_waits_for_the_next_tick_of_a_timer_that_no_event_started() -> None:
    """So it waits anything from nothing to all of `within`. No issue upstream.

    A timer that the first event of a batch starts would make each of these wait 10 s.
    """
    waited: list[float] = []

    async def scenario() -> None:
        time = asyncio.get_running_loop().time
        app = offline_app()
        channel = app.channel()

        async def judge() -> None:
            async for batch in app.stream(channel).take(10, within=10.0):
                waited.extend(time() - sent for sent in batch)

        judging = asyncio.create_task(judge())
        for moment in (9.0, 30.5, 58.0):
            await asyncio.sleep(moment - time())
            await channel.send(value=moment)
        await asyncio.sleep(60)
        judging.cancel()

    in_no_time(scenario)
    assert waited == pytest.approx([1.0, 9.5, 2.0])


def test_the_runtime_histogram_knows_nothing_of_events_that_were_taken() -> None:
    """faust-streaming #319, PR 701. So an app that works in batches measures its latency itself."""
    registry = CollectorRegistry()
    taken: list[object] = []
    plain: list[object] = []

    async def scenario() -> None:
        app = offline_app()
        setup_prometheus_sensors(app, registry=registry)
        app.sensors.add(app.monitor)
        in_batches, one_by_one = app.channel(), app.channel()

        async def judge_batches() -> None:
            async for batch in app.stream(in_batches).take(2, within=10.0):
                taken.extend(batch)

        async def judge_events() -> None:
            async for event in app.stream(one_by_one):
                plain.append(event)  # noqa: PERF401 - it never ends

        judging = [asyncio.create_task(judge_batches()), asyncio.create_task(judge_events())]
        await asyncio.sleep(1)
        for channel in (in_batches, one_by_one):
            for number in range(4):
                await channel.send(value=number)
        await asyncio.sleep(60)
        for each in judging:
            each.cancel()

    in_no_time(scenario)
    assert taken == plain == [0, 1, 2, 3]
    assert registry.get_sample_value("offline_total_events_total") == 8
    assert registry.get_sample_value("offline_events_runtime_ms_count") == 4
