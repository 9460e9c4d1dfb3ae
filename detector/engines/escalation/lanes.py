"""Events of one partition one after the other, partitions side by side.

A stage waits for the broker at every step; while one partition waits, others go on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from faust.types import Message

DEPTH = 10
"""Events that wait in one lane."""


class Lanes:
    """Hands messages to `take`; `start` runs a lane for as long as the app lives, and ends the app if the lane fails."""

    def __init__(
        self, take: Callable[[Message], Awaitable[None]], start: Callable[[Coroutine[Any, Any, None]], object]
    ) -> None:
        self._take = take
        self._start = start
        self._lanes: dict[int, asyncio.Queue[Message]] = {}

    async def put(self, message: Message) -> None:
        """Returns once there is room for the message in its partition's lane."""
        lane = self._lanes.get(message.partition)
        if lane is None:
            lane = self._lanes[message.partition] = asyncio.Queue(DEPTH)
            self._start(self._run(lane))
        await lane.put(message)

    async def _run(self, lane: "asyncio.Queue[Message]") -> None:
        while True:
            await self._take(await lane.get())
