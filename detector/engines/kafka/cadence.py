"""How often deliveries follow one another. No clock is read here."""

SHARE = 0.2
"""Of the time that deliveries may take, once the first burst is spent. A transaction costs broker and worker as much with
one verdict in it as with fifty: at 450 events a second, on two cores that hold the broker too, p50 and p99 are 77 and 211 ms
like this, 237 and 398 with one transaction right after the other (medians of five turns)."""
LONGEST_SECONDS = 0.030
"""What is ready waits for company no longer than this: a slow broker must not make it slower still."""
BURST_SECONDS = 0.050
"""Of delivering that may follow at once where there was little of it before."""


class Cadence:
    """Lets deliveries begin at once while they are few, and less often once they would take more than their share.

    A bucket of delivering time: it fills by `SHARE` of a second each second, and each delivery takes out what it took.
    """

    def __init__(self, now: float) -> None:
        self._left = BURST_SECONDS
        self._at = now

    def took(self, seconds: float, now: float) -> None:
        """A delivery has just ended that took so long."""
        self._fill(now)
        self._left = max(self._left - seconds, -LONGEST_SECONDS * SHARE)

    def wait(self, now: float) -> float:
        """Seconds until the next may begin: 0 if it may now, never more than `LONGEST_SECONDS`."""
        self._fill(now)
        return max(0.0, -self._left / SHARE)

    def _fill(self, now: float) -> None:
        self._left = min(BURST_SECONDS, self._left + SHARE * (now - self._at))
        self._at = now
