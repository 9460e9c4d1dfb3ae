"""`detector top` beside a real worker under load."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from threading import Event, Thread

import pytest

from tests.brokers import Sent, produce
from tests.integration.events import events
from tests.integration.verdicts import following
from tests.integration.workers import WorkerProcess, fresh_stream, running

TOP = (sys.executable, "-m", "detector", "top")


@pytest.fixture(scope="module")
def worker(kafka: str) -> Iterator[WorkerProcess]:
    """A worker that is given events all the while."""
    stream, done = fresh_stream(kafka), Event()

    def load() -> None:
        number = 0
        while not done.wait(0.1):
            produce(stream.bootstrap, stream.listings, [*events(range(number, number + 8)), Sent(b"broken", b"k")])
            number += 8

    with running(stream) as process, following(stream) as verdicts:
        thread = Thread(target=load)
        thread.start()
        try:
            verdicts.until(8)
            yield process
        finally:
            done.set()
            thread.join()


def url_of(worker: WorkerProcess) -> str:
    return f"127.0.0.1:{worker.wait_for('worker starting')['metrics_port']}"


def test_once_tells_what_the_worker_did_in_an_interval(worker: WorkerProcess) -> None:
    command = [*TOP, "--url", url_of(worker), "--once", "--interval", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    told = {name: float(value) for name, value in (line.rsplit(" ", 1) for line in done.stdout.splitlines())}
    assert told["verdicts_per_second"] > 0
    assert told["fraud_share"] == pytest.approx(0.25, abs=0.1)
    assert 0 < told["latency_p50_seconds"] <= told["latency_p99_seconds"]
    assert 0 <= told["inside_promise_share"] <= 1
    assert told['dead_letters_per_second{reason="not-json"}'] > 0
    assert 0 < told['utilisation{part="deliver"}'] <= 1
    assert told["assigned_partitions"] == 8
    assert told['workers{model="KeywordScorer 1.0 v20261121"}'] == 1


def test_live_it_draws_until_it_is_interrupted(worker: WorkerProcess) -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "120", "LINES": "40", "TERM": "xterm"}
    command = [*TOP, "--url", url_of(worker), "--interval", "0.3"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as process:
        os.close(theirs)
        drawn = b""
        while b"judged by" not in drawn:
            drawn += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        while process.poll() is None:
            try:
                drawn += os.read(ours, 4096)
            except OSError:
                break
    os.close(ours)
    assert process.returncode == 0
    assert b"within 250 ms" in drawn
    assert b"Traceback" not in drawn


def test_where_nobody_answers_it_says_so_and_fails() -> None:
    command = [*TOP, "--url", "127.0.0.1:1", "--once", "--interval", "0.1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "http://127.0.0.1:1/metrics does not answer (Connection refused)" in done.stderr.replace("[Errno 111] ", "")
    assert "is --url right?" in done.stderr
    assert not done.stdout
