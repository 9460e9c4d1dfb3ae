"""`detector bench` in a session of its own, which is empty in the end."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.groups import is_left_over
from tests.integration.workers import SECONDS


@contextmanager
def bench(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """`detector bench` in a session of its own, which is empty in the end."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "detector", "bench", *arguments],
        env={**kept, "DETECTOR_BOOTSTRAP_SERVERS": "nowhere.example:9092", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            left = is_left_over(process.pid)
    assert not left, "a process outlived the bench"


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    output, errors = process.communicate(timeout=4 * SECONDS)
    return process.returncode, output, errors
