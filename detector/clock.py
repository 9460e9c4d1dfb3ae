"""Time as an argument: the core is handed a clock and never reads one itself."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Two clocks in one: seconds that only grow, for durations, and the time of day, for timestamps."""

    def monotonic(self) -> float:
        """Seconds since some fixed moment."""

    def now(self) -> datetime:
        """The time of day, with its zone."""


class SystemClock:
    """The machine's clocks."""

    monotonic = staticmethod(time.monotonic)

    def now(self) -> datetime:
        """UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves when told, for tests and replays."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._start = start
        self._elapsed = 0.0

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._elapsed += seconds

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._elapsed

    def now(self) -> datetime:
        """The start plus what has passed."""
        return datetime.fromtimestamp(self._start.timestamp() + self._elapsed, UTC)
