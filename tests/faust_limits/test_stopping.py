"""How long a stop, or a rebalance, waits for events in flight."""

import asyncio

import pytest
from faust.transport.consumer import Consumer

from tests.brokers import SECONDS
from tests.brokers.fixtures import MakeTopic
from tests.faust_limits.apps import acknowledge, holding, in_event_loop, put, raw_app

pytestmark = pytest.mark.kafka

ROUNDS = 5
"""Each is about a second that the stop lasts."""


def test_a_stop_waits_for_an_event_as_long_as_nobody_acknowledges_it(
    kafka: str, topics: MakeTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless `stream_wait_empty` is off, and in a rebalance, too. robinhood/faust #402, faust-streaming #133.

    Here a round of its waiting takes no time.
    """
    topic = topics("in", partitions=1)
    put(kafka, topic, b"event")
    rounds, patience_is_over = 0, asyncio.Event()

    async def wait(self: Consumer, timeout: float) -> None:  # noqa: ASYNC109 - its signature
        nonlocal rounds
        rounds += 1
        if rounds == ROUNDS:
            patience_is_over.set()
        await asyncio.sleep(0)

    monkeypatch.setattr(Consumer, "_wait_for_ack", wait)

    async def scenario() -> None:
        app = raw_app(kafka, topic, stream_wait_empty=True)
        async with holding(app, topic) as held, asyncio.timeout(SECONDS):
            events = await held.first(1)
            stopping = asyncio.create_task(app.stop())
            await patience_is_over.wait()
            assert not stopping.done()
            acknowledge(events)
            await stopping

    in_event_loop(scenario)
