"""A worker in a process of its own: started, watched, ended."""

import sys
from pathlib import Path

import pytest

from detector.brokers.guard import Guard
from detector.operations.worker_process import Worker, WorkerFailed
from detector.settings import Settings

OBEDIENT = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
print("listening", flush=True)
while True:
    signal.pause()
"""


def worker(program: str) -> Worker:
    return Worker([sys.executable, "-c", program], Settings.model_construct(), {}, {})


def wait_for(said: str, running: Worker) -> None:
    while said not in running.last_words():
        running.check()


def test_a_worker_that_ends_in_order_is_no_error() -> None:
    with worker(OBEDIENT) as running:
        wait_for("listening", running)
        running.stop()


def test_a_worker_that_ended_by_itself_is_an_error_with_its_last_words() -> None:
    with worker("import sys; sys.exit('no model anywhere')") as running:
        running._running.wait()
        with pytest.raises(WorkerFailed, match=r"exit code 1.*\n.*no model anywhere"):
            running.check()


def test_nothing_is_left_when_the_block_ends() -> None:
    with worker(OBEDIENT) as running:
        wait_for("listening", running)
        folder = running._log.parent
    assert running._running.poll() == 0
    assert not folder.exists()


def test_nothing_is_left_of_a_start_that_was_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Guard.watch

    def interrupted(guard: Guard, pid: int) -> None:
        monkeypatch.setattr(Guard, "watch", watch)
        raise KeyboardInterrupt

    monkeypatch.setattr(Guard, "watch", interrupted)
    running = worker(OBEDIENT)
    with pytest.raises(KeyboardInterrupt), running:
        raise AssertionError("the block is not entered")
    assert running._running.poll() is not None
    assert not running._log.parent.exists()


def test_a_program_that_is_not_there_leaves_no_folder(tmp_path: Path) -> None:
    running = Worker([str(tmp_path / "nothing")], Settings.model_construct(), {}, {})
    with pytest.raises(FileNotFoundError), running:
        raise AssertionError("the block is not entered")
    assert not running._log.parent.exists()
