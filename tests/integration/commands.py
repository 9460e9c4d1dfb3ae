"""The operator's commands, run against a stream."""

import os
import subprocess
import sys

from tests.integration.workers import SECONDS, Stream


def detector(stream: Stream, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command against the stream."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DETECTOR_")}
    return subprocess.run(
        [sys.executable, "-m", "detector", *arguments],
        env={**kept, **stream.environment, **unneeded(stream), "COLUMNS": "200"},
        input=text,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def unneeded(stream: Stream) -> dict[str, str]:
    """Topics that no fixture makes: only `detector escalate` and the console need them."""
    return {f"DETECTOR_{each.upper()}_TOPIC": f"{stream.group}-{each}" for each in ("escalation", "feedback")}
