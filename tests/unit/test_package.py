"""What holds as soon as the package is imported."""

import os
import subprocess
import sys


def test_the_model_runtime_reports_to_nobody() -> None:
    without = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    code = "import detector.model.backends, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    done = subprocess.run([sys.executable, "-c", code], env=without, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
