"""The lanes, the rounds and the pulse."""

import asyncio
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any

import pytest

from detector.clock import ManualClock
from detector.engines.escalation.lanes import DEPTH, Lanes
from detector.engines.escalation.pulse import Pulse
from detector.engines.escalation.rounds import EACH_TIME, Round
from detector.errors import Restart


def message(partition: int, offset: int) -> Any:
    return SimpleNamespace(partition=partition, offset=offset)


class Road:
    """Lanes over a stage that waits until it is told to go on."""

    def __init__(self) -> None:
        self.done: list[tuple[int, int]] = []
        self.gates = {0: asyncio.Event(), 1: asyncio.Event()}
        self.tasks: list[asyncio.Task[None]] = []
        self.lanes = Lanes(self.take, self.start)

    def start(self, lane: Coroutine[Any, Any, None]) -> object:
        self.tasks.append(asyncio.create_task(lane))
        return self.tasks[-1]

    async def take(self, each: Any) -> None:
        await self.gates[each.partition].wait()
        if each.offset < 0:
            raise RuntimeError("bad")
        self.done.append((each.partition, each.offset))

    async def settle(self) -> None:
        for _ in range(50):
            await asyncio.sleep(0)


def test_a_partition_keeps_its_order_and_does_not_wait_for_another() -> None:
    async def scenario() -> None:
        road = Road()
        for offset in range(3):
            await road.lanes.put(message(0, offset))
            await road.lanes.put(message(1, offset))
        road.gates[1].set()
        await road.settle()
        assert road.done == [(1, 0), (1, 1), (1, 2)]
        road.gates[0].set()
        await road.settle()
        assert road.done[3:] == [(0, 0), (0, 1), (0, 2)]
        for task in road.tasks:
            task.cancel()

    asyncio.run(scenario())


def test_a_full_lane_makes_the_reader_wait() -> None:
    async def scenario() -> None:
        road = Road()
        for offset in range(DEPTH + 1):
            await road.lanes.put(message(0, offset))
            await road.settle()
        waiting = asyncio.create_task(road.lanes.put(message(0, 99)))
        await road.settle()
        assert not waiting.done()
        road.gates[0].set()
        await waiting
        for task in road.tasks:
            task.cancel()

    asyncio.run(scenario())


def test_a_failure_comes_out_of_the_lane_and_nothing_behind_it_is_taken() -> None:
    async def scenario() -> None:
        road = Road()
        road.gates[0].set()
        await road.lanes.put(message(0, -1))
        await road.lanes.put(message(0, 1))
        await road.settle()
        with pytest.raises(RuntimeError, match="bad"):
            road.tasks[0].result()
        assert road.done == []

    asyncio.run(scenario())


def test_a_round_looks_at_every_entry_before_it_begins_again() -> None:
    asked = 0

    def keys() -> list[str]:
        nonlocal asked
        asked += 1
        return ["a", "b", "c"]

    turn = Round()
    seen = [turn.next(keys) for _ in range(4)]
    assert EACH_TIME == 2
    assert seen == [["a", "b"], ["c"], ["a", "b"], ["c"]]
    assert asked == 2


def test_the_time_of_a_round_is_the_newest_event_s() -> None:
    turn = Round()
    turn.seen(7)
    turn.seen(5)
    assert turn.newest_ms == 7


def test_a_process_that_stood_still_too_long_must_start_again() -> None:
    clock = ManualClock()
    pulse = Pulse(clock, limit_seconds=7.5)
    clock.advance(7)
    pulse.beat()
    clock.advance(7.5)
    pulse.check()
    clock.advance(0.1)
    with pytest.raises(Restart, match="stood still for 8 s"):
        pulse.check()
    with pytest.raises(Restart):
        pulse.beat()
    pulse.start()
    pulse.check()
