"""A small process that outlives its owner for a moment, to take the owner's JVM and temp folder with it.

A pipe is used and not `PR_SET_PDEATHSIG`: that one fires when the starting *thread* ends, and is Linux only.
This file is also run as a script of its own, so it may import the standard library alone.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

_NOBODY = 0
_DYING_SECONDS = 5.0


class Guard:
    """Removes `folder`, after killing the process last named by `watch`, once this process is gone."""

    def __init__(self, folder: Path) -> None:
        # A session of its own: Ctrl-C in the owner's terminal must not end the guard before the owner.
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def watch(self, pid: int) -> None:
        """Names the one process to kill."""
        assert self._process.stdin is not None
        # A guard that was itself killed guards no more, but the owner can still end its JVM in order.
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(b"%d\n" % pid)
            self._process.stdin.flush()

    def release(self) -> None:
        """Names none: the process watched so far has been seen to end."""
        self.watch(_NOBODY)

    def close(self) -> None:
        """Lets the guard act now and waits for its end."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()


def main(folder: str) -> None:
    """Waits for the end of standard input, which is the end of the owner."""
    pid = _NOBODY
    for line in sys.stdin:
        pid = int(line)
    if pid != _NOBODY:
        _kill(pid)
    shutil.rmtree(folder, ignore_errors=True)


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        give_up = time.monotonic() + _DYING_SECONDS
        while time.monotonic() < give_up:
            os.kill(pid, 0)
            time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1])
