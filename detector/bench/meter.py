"""What a process uses. Imports psutil, which is in the extra `bench`."""

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TypeVar

import psutil

from detector.clock import Clock

Answer = TypeVar("Answer")

_SAMPLE_SECONDS = 0.5


class Meter:
    """Processor time and memory of a process and all its children."""

    def __init__(self, pid: int, clock: Clock) -> None:
        self._process = psutil.Process(pid)
        self._clock = clock
        self._sampled = -math.inf
        self.peak_bytes = 0

    def cpu_seconds(self) -> float:
        """User and system time since the start, children that have ended included."""
        own = self._process.cpu_times()
        ended = own.children_user + own.children_system
        alive = sum(times.user + times.system for times in self._of_children(psutil.Process.cpu_times))
        return float(own.user + own.system + ended + alive)

    def sample(self, *, now: bool = False) -> None:
        """Looks at the resident memory, of which `peak_bytes` keeps the most; called often, it looks twice a second.

        Looking takes milliseconds, which would be seen in the latencies if it were done any oftener.
        """
        time = self._clock.monotonic()
        if not now and time - self._sampled < _SAMPLE_SECONDS:
            return
        self._sampled = time
        self.resident_bytes()

    def resident_bytes(self) -> int:
        """The resident memory now; it counts for `peak_bytes` too."""
        memory = [self._process.memory_info(), *self._of_children(psutil.Process.memory_info)]
        resident = int(sum(each.rss for each in memory))
        self.peak_bytes = max(self.peak_bytes, resident)
        return resident

    def _of_children(self, question: Callable[[psutil.Process], Answer]) -> Iterator[Answer]:
        for child in self._process.children(recursive=True):
            # It may have ended since it was listed.
            with suppress(psutil.NoSuchProcess):
                yield question(child)
