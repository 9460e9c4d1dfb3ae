"""`faust -A detector.cli.faust_app worker`: the app under Faust's own command."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.brokers import committed_offsets, produce
from tests.integration.events import events
from tests.integration.verdicts import following, judged
from tests.integration.workers import SECONDS, fresh_stream

pytestmark = pytest.mark.kafka

FAUST = Path(sys.executable).with_name("faust")
COMMAND = (str(FAUST), "-A", "detector.cli.faust_app", "worker")


def test_fausts_own_command_judges_commits_and_stops_in_order(kafka: str, tmp_path: Path) -> None:
    stream = fresh_stream(kafka)
    bundle = {"DETECTOR_BUNDLE": str(Path(__file__).parents[2] / "models" / "distilbert-leaks")}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
    produce(stream.bootstrap, stream.listings, events(range(40)))
    with (
        following(stream) as verdicts,
        subprocess.Popen(
            COMMAND, cwd=tmp_path, env={**kept, **stream.environment, **bundle}, stderr=subprocess.PIPE
        ) as worker,
    ):
        try:
            verdicts.until(40)
            worker.send_signal(signal.SIGTERM)
            said = worker.communicate(timeout=SECONDS)[1]
        finally:
            worker.kill()
    assert worker.returncode == 0
    assert b"host@example.com" not in said
    assert judged(stream) == {str(number): 1 for number in range(40)}
    assert sum(committed_offsets(stream.bootstrap, stream.group, stream.listings).values()) == 40
    assert list(tmp_path.iterdir()) == []


def test_what_is_missing_is_told_and_ends_the_command(kafka: str, tmp_path: Path) -> None:
    stream = fresh_stream(kafka)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
    environment = {**kept, **stream.environment, "DETECTOR_VERDICT_TOPIC": "no-such-output"}
    ended = subprocess.run(
        COMMAND, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert ended.returncode == 1
    assert "no-such-output" in ended.stderr
    assert "detector topics create" in ended.stderr
