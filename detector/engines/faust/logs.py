"""Faust's log lines as ours: where they come from and what they are about, never what was put into them.

Faust logs messages, keys and exceptions by their representation, which may hold an event's text. So a line is passed on
as its template (`Crashed reason=%r`) and the type of its exception.
"""

import logging
import logging.config
from typing import Any

import structlog

log = structlog.get_logger()


class Bridge(logging.Handler):
    """Hands standard log records to structlog without their arguments."""

    def emit(self, record: logging.LogRecord) -> None:
        """What `logging` calls."""
        template = str(record.msg).strip().splitlines()
        facts: dict[str, Any] = {"logger": record.name, "detail": template[0] if template else ""}
        if record.exc_info and record.exc_info[0] is not None:
            facts["error"] = record.exc_info[0].__name__
        log.log(record.levelno, "faust", **facts)


LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"bridge": {"()": f"{__name__}.Bridge"}},
    "root": {"handlers": ["bridge"], "level": "WARNING"},
}
"""A configuration for `logging.config.dictConfig`, and for Faust's own `logging_config`."""


def bridge_logs() -> None:
    """Send this process's standard logging to structlog; only warnings and worse."""
    logging.config.dictConfig(LOGGING)
