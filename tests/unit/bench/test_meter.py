"""What a process and its children use."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

pytest.importorskip("psutil")

from detector.bench.meter import Meter
from detector.clock import ManualClock

HELD = 64 * 2**20
BURNT = 0.3
CHILD = f"""
import sys, time
held = bytearray({HELD})
held[::4096] = b"x" * len(held[::4096])
while time.process_time() < {BURNT}:
    pass
print(flush=True)
sys.stdin.read()
"""


@contextmanager
def child() -> Iterator[None]:
    """A child that holds memory and has used the processor; it lives as long as the block."""
    with subprocess.Popen([sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        try:
            yield
        finally:
            process.stdin.close()


def test_children_count_while_they_live_and_after() -> None:
    meter = Meter(os.getpid(), ManualClock())
    before = meter.cpu_seconds()
    with child():
        assert meter.cpu_seconds() - before > 0.9 * BURNT
    assert meter.cpu_seconds() - before > 0.9 * BURNT


def test_the_peak_stays_after_the_memory_is_given_back() -> None:
    meter = Meter(os.getpid(), ManualClock())
    meter.sample(now=True)
    alone = meter.peak_bytes
    with child():
        meter.sample(now=True)
    meter.sample(now=True)
    assert meter.peak_bytes >= alone + 0.9 * HELD


def test_memory_is_looked_at_twice_a_second_however_often_it_is_asked_for() -> None:
    clock = ManualClock()
    meter = Meter(os.getpid(), clock)
    meter.sample()
    first = meter.peak_bytes
    with child():
        clock.advance(0.49)
        meter.sample()
        assert meter.peak_bytes == first > 0
        clock.advance(0.01)
        meter.sample()
        assert meter.peak_bytes > first
