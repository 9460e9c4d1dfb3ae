"""Figures over the last minute's verdicts."""

from collections import deque
from collections.abc import Iterable
from typing import NamedTuple

from detector.engines.http.console.ports import Judged

LATENCY_MS = 60_000
RATE_MS = 10_000
"""Shorter, so that a stream that stops is seen to stop."""

MOST = 20_000
"""Verdicts that are remembered; of a faster stream the figures are of the newest so many."""


class Latency(NamedTuple):
    """Percentiles in milliseconds (nearest rank), None of no verdict."""

    p50_ms: float | None
    p99_ms: float | None
    verdicts: int


class Recent:
    """When verdicts were written, and how long each had taken; time is an argument, in milliseconds since 1970."""

    def __init__(self) -> None:
        self._verdicts: deque[tuple[int, int | None]] = deque(maxlen=MOST)

    def add(self, verdicts: Iterable[Judged]) -> None:
        """These were written."""
        self._verdicts.extend((judged.at_ms, judged.latency_ms) for judged in verdicts)

    def latency(self, now_ms: int) -> Latency:
        """Of the last minute's verdicts that say how long they took."""
        known = sorted(took for at, took in self._verdicts if took is not None and at > now_ms - LATENCY_MS)
        if not known:
            return Latency(None, None, 0)
        return Latency(_percentile(known, 50), _percentile(known, 99), len(known))

    def per_second(self, now_ms: int) -> float:
        """Over the last ten seconds."""
        return sum(at > now_ms - RATE_MS for at, _ in self._verdicts) * 1000 / RATE_MS


def _percentile(ordered: list[int], percent: int) -> float:
    rank = -(-len(ordered) * percent // 100)
    return float(ordered[rank - 1])
