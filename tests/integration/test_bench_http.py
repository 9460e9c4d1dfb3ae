"""`detector bench http` with numbers so small that they say nothing: what is tested is that it measures."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.integration.workers import SECONDS

TINY = ("--users", "2", "--rate", "50", "--requests", "6", "--tokens", "32")


def test_it_measures_a_real_server_and_sets_the_article_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "http.json"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
    done = subprocess.run(
        [sys.executable, "-m", "detector", "bench", "http", *TINY, "--json", str(file)],
        env={**kept, "DETECTOR_HTTP_PORT": "1", "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=4 * SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "110.67" in done.stdout
    found = json.loads(file.read_text())
    assert found["bench"] == "http"
    assert [each["title"] for each in found["figures"]] == ["closed loop, 2 users", "open loop, 50/s"]
    for figures in found["figures"]:
        assert (figures["requests"], figures["refused"]) == (6, 0)
        assert 0 < figures["least"] <= figures["average"] <= figures["most"]
        assert figures["throughput"] > 0


def test_a_server_that_does_not_start_is_an_error_with_its_last_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "detector", "bench", "http", *TINY, "--bundle", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=4 * SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
