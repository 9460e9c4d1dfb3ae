"""A worker's stable name: after a crash the next process takes it up again and ends what the dead one left open."""

import re
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

_MOST_SLOTS = 1000


@contextmanager
def instance_name(group: str, chosen: str | None, folder: Path | None = None) -> Iterator[str]:
    """The chosen name, or the host's with the first slot that no live worker of the group holds here.

    A slot is a lock file in the temp folder; the system frees it when its holder dies. Where no file can be written
    (a read-only container has one worker per host name anyway) the name is the host's with slot 0.
    """
    host = socket.gethostname()
    if chosen is not None:
        yield chosen
        return
    safe_group = re.sub(r"[^\w.-]", "_", group)
    folder = folder or Path(tempfile.gettempdir())
    for slot in range(_MOST_SLOTS):
        lock = FileLock(folder / f"detector-{safe_group}-{slot}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            continue
        except OSError:
            yield f"{host}-0"
            return
        try:
            yield f"{host}-{slot}"
        finally:
            lock.release()
        return
    raise AssertionError(f"{_MOST_SLOTS} workers of one group on one host")
