"""`detector demo` from end to end, with the keyword scorer in the model's place."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.brokers import local_kafka_for_tests
from tests.integration.groups import is_left_over
from tests.integration.workers import SECONDS

DEMO = """
import sys, time
from pathlib import Path
import typer
from detector.cli.demo import play
from detector.cli.exits import errors_end_the_process
from detector.demo.run import Plan
from detector.demo.script import bundled_steps, read_steps
from detector.demo.stage import Broker

def main(
    broker: Broker, worker: Path, rate: float, patience: float, file: Path | None = None, engine: str = "kafka"
) -> None:
    steps = read_steps(file) if file else bundled_steps()
    command = [sys.executable, str(worker)]
    environment = {"DETECTOR_ENGINE": engine}
    plan = Plan(steps, broker, rate, command, environment, patience_seconds=patience, escalate=engine == "faust")
    play(plan, time.monotonic())

with errors_end_the_process():
    typer.run(main)
"""
WORKER = Path(__file__).with_name("keyword_worker.py")


@contextmanager
def demo(
    *arguments: str, broker: str = "embedded", worker: Path = WORKER, rate: float = 100.0, patience: float = SECONDS
) -> Iterator[subprocess.Popen[str]]:
    """A demo in a process group of its own, which is empty in the end."""
    process = subprocess.Popen(
        [sys.executable, "-c", DEMO, broker, str(worker), str(rate), str(patience), *arguments],
        env={**os.environ, "DETECTOR_BOOTSTRAP_SERVERS": "nowhere.example:9092", "DETECTOR_VERDICT_TOPIC": "elsewhere"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(SECONDS)
            left = is_left_over(process.pid)
    assert not left, "a process outlived the demo"


def outcome(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code, output and errors of a demo that ends by itself."""
    output, errors = process.communicate(timeout=2 * SECONDS)
    return process.returncode, output, errors


def assert_all_answered(code: int, output: str, errors: str) -> None:
    assert code == 0, errors
    assert errors == ""
    assert re.search(r"answered +72 of 72 events", output)
    assert re.search(r"dead letters +not-json 2 +missing 1", output)
    assert re.search(r"send to verdict +p50 \d+ +p95 \d+ +p99 \d+ +max \d+ ms", output)
    assert re.search(r"first verdict +\d+\.\d s", output)
    assert "[reservas@casalunanueva.example]" in output


def test_every_bundled_event_is_answered_on_the_embedded_broker() -> None:
    with demo() as process:
        assert_all_answered(*outcome(process))


@pytest.mark.kafka
def test_every_bundled_event_is_answered_on_the_local_kafka() -> None:
    with local_kafka_for_tests():
        pass
    with demo(broker="local") as process:
        assert_all_answered(*outcome(process))


def test_events_of_ones_own_are_played(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(
        '{"transactionContext": {"transactionId": "1"}, "attributes": {"rules": "Ring 07700 900123."}}\n'
        '{"transactionContext": {"transactionId": "2"}, "attributes": {"x": "Hi"}, "eventType": "BOOKING"}\n'
        "hello\n"
    )
    with demo("--file", str(file)) as process:
        code, output, errors = outcome(process)
    assert code == 0, errors
    assert "Ring [07700 900123]." in output
    assert re.search(r"listing +1 +0 +1 +0\n", output)
    assert re.search(r"booking +0 +1 +0 +0\n", output)
    assert "as expected" not in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_an_interrupt_ends_it_with_a_summary_and_leaves_no_process(number: signal.Signals) -> None:
    with demo(rate=5.0) as process:
        assert process.stdout is not None
        while "L-1002" not in process.stdout.readline():
            assert process.poll() is None
        if number is signal.SIGINT:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        code, output, errors = outcome(process)
    assert code == 130, errors
    assert "Traceback" not in errors
    assert re.search(r"answered +\d+ of 72 events", output)


def test_a_worker_that_dies_ends_it_and_its_last_lines_are_shown(tmp_path: Path) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text("import sys\nsys.exit('no model anywhere')\n")
    with demo(worker=worker) as process:
        code, _, errors = outcome(process)
    assert code == 1
    assert "exit code 1" in errors
    assert "no model anywhere" in errors


def test_a_worker_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text("import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\nsignal.pause()\n")
    with demo(worker=worker, patience=2.0) as process:
        code, _, errors = outcome(process)
    assert code == 1
    assert "72 of 72 events have no answer" in errors


def test_a_worker_that_stops_in_disorder_fails_the_demo(tmp_path: Path) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(
        "import runpy, sys\n"
        f"try:\n    runpy.run_path({str(WORKER)!r}, run_name='__main__')\n"
        "finally:\n    sys.exit(9)\n"
    )
    with demo(worker=worker) as process:
        code, output, errors = outcome(process)
    assert code == 1
    assert "answered" in output
    assert "not 9" in errors


@pytest.mark.parametrize("broker", ["embedded", pytest.param("local", marks=pytest.mark.kafka)])
def test_with_faust_every_event_is_answered_and_a_repeat_offender_is_told(broker: str) -> None:
    if broker == "local":
        with local_kafka_for_tests():
            pass
    with demo("--engine", "faust", broker=broker) as process:
        code, output, errors = outcome(process)
    assert_all_answered(code, output, errors)
    assert re.search(r"repeat offender  P-\d+  3 violations on \d listings", output)
