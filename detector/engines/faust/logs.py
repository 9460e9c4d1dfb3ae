"""Faust's log lines as ours; see `detector.engines.logs`."""

from detector.engines import logs

_SOURCE = "faust"

LOGGING = logs.logging_config(_SOURCE)
"""Faust's own `logging_config`."""


def bridge_logs() -> None:
    """Send this process's standard logging to structlog; only warnings and worse."""
    logs.bridge_logs(_SOURCE)
