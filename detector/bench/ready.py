"""When a process that was started answers that it is ready."""

import socket
import time
from contextlib import closing
from threading import Event
from urllib.error import URLError
from urllib.request import urlopen

from detector.operations.worker_process import Worker, WorkerFailed

LOOPBACK = "127.0.0.1"
_START_SECONDS = 60.0
_ANSWER_SECONDS = 5.0
_POLL_SECONDS = 0.02


def free_port() -> int:
    """A port of loopback that nobody listens on just now."""
    with closing(socket.create_server((LOOPBACK, 0))) as probe:
        return int(probe.getsockname()[1])


def wait_until_ready(port: int, process: Worker) -> None:
    """Returns once /readyz on the port says so. Raises `WorkerFailed` if the process ends, or is not ready in a minute."""
    give_up = time.monotonic() + _START_SECONDS
    while not _is_ready(port):
        process.check()
        if time.monotonic() > give_up:
            raise WorkerFailed(f"the process was not ready within {_START_SECONDS:g} s. {process.last_words()}")
        Event().wait(_POLL_SECONDS)


def _is_ready(port: int) -> bool:
    try:
        with urlopen(f"http://{LOOPBACK}:{port}/readyz", timeout=_ANSWER_SECONDS) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
