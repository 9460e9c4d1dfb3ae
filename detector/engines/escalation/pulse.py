"""Noticing that this process stood still for so long that its partitions may be another's by now."""

from detector.clock import Clock
from detector.errors import Restart


class Pulse:
    """A beat of the event loop. Whoever changes shared state checks it first.

    A process that was suspended wakes in mid-work, up to a second before its group tells it that it was thrown out. What
    it writes to a changelog then stands behind what the new owner has written, and would win.
    """

    def __init__(self, clock: Clock, limit_seconds: float) -> None:
        self._clock = clock
        self._limit = limit_seconds
        self.start()

    def start(self) -> None:
        """The loop turns from now on."""
        self._last = self._clock.monotonic()

    def beat(self) -> None:
        """The loop has turned. Raises `Restart` like `check`."""
        self.check()
        self.start()

    def check(self) -> None:
        """Raises `Restart` if the loop has not turned for longer than the group waits."""
        still = self._clock.monotonic() - self._last
        if still > self._limit:
            raise Restart(
                f"this process stood still for {still:.0f} s, longer than its group waits: start it again, it goes on "
                "where it had committed."
            )
