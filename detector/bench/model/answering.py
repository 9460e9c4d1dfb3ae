"""A process that answers questions, one line of JSON each, until nobody asks any more."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_STATUS = Path("/proc/self/status")
_MOST_RUNS = 200

SOME_IDS = 100
"""Tokens that every vocabulary has; which they are makes no difference to the time."""


def answer_questions(open_: Callable[[], Callable[[dict[str, Any]], dict[str, Any]]]) -> None:
    """Says that it is ready once `open_` has returned, then gives what the opened says to each question.

    Whatever libraries print goes to standard error, so that standard output carries answers alone.
    """
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    answer = open_()
    print("{}", file=out, flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), file=out, flush=True)


def timed(run: Callable[[], object], seconds: float) -> dict[str, list[float]]:
    """Wall and processor milliseconds of every run in so many seconds, of one at the least."""
    wall: list[float] = []
    cpu: list[float] = []
    end = time.perf_counter() + seconds
    while not wall or (time.perf_counter() < end and len(wall) < _MOST_RUNS):
        began, used = time.perf_counter(), time.process_time()
        run()
        wall.append(1000 * (time.perf_counter() - began))
        cpu.append(1000 * (time.process_time() - used))
    return {"wall_ms": wall, "cpu_ms": cpu}


def peak_bytes() -> int:
    """The most resident memory that this process has had."""
    if _STATUS.exists():
        # getrusage would also count what the process that started this one had.
        lines = (line.partition(":") for line in _STATUS.read_text().splitlines())
        return next(1024 * int(size.split()[0]) for name, _, size in lines if name == "VmHWM")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
