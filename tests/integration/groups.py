"""Process groups of commands under test: each has to be empty soon after its command has ended."""

import os
import signal
import time
from threading import Event

SECONDS = 10.0
"""What the last of a group may take to be gone from the system's table: its parent may be the one that has just ended."""


def exists(group: int) -> bool:
    """Whether any process of the group is there, ended ones that nobody has waited for included."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def is_left_over(group: int) -> bool:
    """Whether the group outlives its command; then it is killed."""
    deadline = time.monotonic() + SECONDS
    while exists(group):
        if time.monotonic() > deadline:
            os.killpg(group, signal.SIGKILL)
            return True
        Event().wait(0.02)
    return False
