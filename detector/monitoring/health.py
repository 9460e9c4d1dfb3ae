"""Liveness and readiness as values that the threads set and the HTTP endpoints read."""

from collections.abc import Iterable
from threading import Lock

from detector.clock import Clock

STALE_SECONDS = 30.0
"""A loop that has not turned for this long is stuck: longer than any wait it does on purpose."""


class Health:
    """Alive: every loop that is not at rest has turned lately. Ready: every condition holds.

    For a worker that is: the model is warm and the group was joined.
    """

    def __init__(
        self, clock: Clock, stale_seconds: float = STALE_SECONDS, conditions: Iterable[str] = ("model", "group")
    ) -> None:
        self._clock = clock
        self._stale = stale_seconds
        self._beats: dict[str, float] = {}
        self._missing = set(conditions)
        self._lock = Lock()

    def beat(self, loop: str) -> None:
        """A loop has turned."""
        with self._lock:
            self._beats[loop] = self._clock.monotonic()

    def rest(self, loop: str) -> None:
        """A loop waits for work, for however long."""
        with self._lock:
            self._beats.pop(loop, None)

    def achieved(self, condition: str) -> None:
        """One condition of readiness holds from now on."""
        with self._lock:
            self._missing.discard(condition)

    def lost(self, condition: str) -> None:
        """One condition of readiness no longer holds."""
        with self._lock:
            self._missing.add(condition)

    def anew(self) -> None:
        """The loops were ended and begin again, the group is joined again; a model that was loaded stays so."""
        with self._lock:
            self._beats.clear()
            self._missing.add("group")

    def unready(self) -> None:
        """The worker is stopping: it should not count as available."""
        with self._lock:
            self._missing.add("running")

    def stuck(self) -> list[str]:
        """Loops that have not turned lately; empty while alive."""
        with self._lock:
            now = self._clock.monotonic()
            return sorted(loop for loop, beat in self._beats.items() if now - beat > self._stale)

    def missing(self) -> list[str]:
        """What readiness still waits for; empty once ready."""
        with self._lock:
            return sorted(self._missing)
