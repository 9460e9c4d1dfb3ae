"""How long this process has been running."""

import os
import time
from pathlib import Path

_START_FIELD = 19
"""Of /proc/self/stat, counted from behind the command's name."""


def process_age() -> float:
    """Seconds since the process was started, imports included; 0 where the system does not tell (all but Linux)."""
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        return time.clock_gettime(time.CLOCK_BOOTTIME) - int(fields[_START_FIELD]) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError, IndexError):
        return 0.0
