"""The valve before the queues of agents and tables."""

import asyncio

from mode.utils.queues import FlowControlQueue

from detector.engines.faust.valve import SteadyFlow


def test_what_came_through_the_valve_is_still_there_when_it_is_opened_again() -> None:
    async def scenario() -> None:
        valve = SteadyFlow()
        queue: FlowControlQueue[str] = FlowControlQueue(flow_control=valve, clear_on_resume=True)
        valve.resume()
        queue.put_nowait("event")
        valve.resume()
        assert queue.get_nowait() == "event"

    asyncio.run(scenario())


def test_a_revoke_still_empties_the_queues_behind_the_valve() -> None:
    async def scenario() -> None:
        valve = SteadyFlow()
        queue: FlowControlQueue[str] = FlowControlQueue(flow_control=valve, clear_on_resume=True)
        queue.put_nowait("stale")
        valve.suspend()
        assert not valve.is_active()
        valve.clear()
        assert queue.empty()

    asyncio.run(scenario())
