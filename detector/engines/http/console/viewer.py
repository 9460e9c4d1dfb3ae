"""One who looks at the feed: what waits to be sent, with a bound."""

import asyncio
from collections import deque
from collections.abc import Iterable

from detector.engines.http.console.wire import gap_event

MOST_WAITING = 1000
"""Verdicts; more than a browser that keeps up ever has."""

AT_ONCE = 100
"""Verdicts that are handed to the connection together."""


class Viewer:
    """Used in the event loop alone. Who reads slowly loses the oldest verdicts and is told how many."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._verdicts: deque[bytes] = deque()
        self._most = most
        self._missed = 0
        self._pulse = b""
        self._over = False
        self._changed = asyncio.Event()

    def offer(self, verdicts: Iterable[bytes]) -> None:
        """There are more, as they travel."""
        for verdict in verdicts:
            if len(self._verdicts) >= self._most:
                self._verdicts.popleft()
                self._missed += 1
            self._verdicts.append(verdict)
        self._changed.set()

    def beat(self, pulse: bytes) -> None:
        """How things stand, as it travels; only the newest is of interest."""
        self._pulse = pulse
        self._changed.set()

    def end(self) -> None:
        """There will be no more."""
        self._over = True
        self._changed.set()

    async def next(self) -> bytes | None:
        """What there is to send, once there is something; None at the end."""
        while not (self._verdicts or self._pulse or self._over):
            self._changed.clear()
            await self._changed.wait()
        if self._over:
            return None
        parts = [gap_event(self._missed)] if self._missed else []
        self._missed = 0
        parts += [self._verdicts.popleft() for _ in range(min(AT_ONCE, len(self._verdicts)))]
        parts.append(self._pulse)
        self._pulse = b""
        return b"".join(parts)
