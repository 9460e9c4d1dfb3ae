"""One time budget that is handed down a shutdown or a revoke, so that timeouts do not add up."""

from detector.clock import Clock


class Deadline:
    """A moment by which all that is handed it must be done; each step gets what remains."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self._end = clock.monotonic() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never less than zero."""
        return max(0.0, self._end - self._clock.monotonic())

    @property
    def passed(self) -> bool:
        """Whether nothing is left."""
        return self.remaining == 0.0
