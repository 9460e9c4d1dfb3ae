"""Evenly spaced moments: each is counted from the start, so that being late once does not make all the rest late."""

from detector.clock import Clock


class Pace:
    """`rate` moments a second from now on; without a rate every moment is due at once."""

    def __init__(self, clock: Clock, rate: float | None) -> None:
        self._clock = clock
        self._start = clock.monotonic()
        self._gap = 1.0 / rate if rate else 0.0

    def moment(self, number: int) -> float:
        """When the item of this number, from 0, is meant to go, on the clock's monotonic scale."""
        return self._start + number * self._gap

    def wait(self, number: int) -> float:
        """Seconds until then, never less than zero."""
        return max(0.0, self.moment(number) - self._clock.monotonic())
