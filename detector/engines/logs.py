"""A library's log lines as ours: where they come from and what they are about, never what was put into them.

Libraries log messages, keys and exceptions by their representation, which may hold an event's text. So a line is passed
on as its template (`Crashed reason=%r`) and the type of its exception.
"""

import logging
import logging.config
from typing import Any

import structlog

log = structlog.get_logger()


class Bridge(logging.Handler):
    """Hands standard log records to structlog without their arguments, as lines of `source`."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self._source = source

    def emit(self, record: logging.LogRecord) -> None:
        """What `logging` calls."""
        template = str(record.msg).strip().splitlines()
        facts: dict[str, Any] = {"logger": record.name, "detail": template[0] if template else ""}
        if record.exc_info and record.exc_info[0] is not None:
            facts["error"] = record.exc_info[0].__name__
        log.log(record.levelno, self._source, **facts)


def logging_config(source: str) -> dict[str, Any]:
    """For `logging.config.dictConfig`: all standard logging goes to structlog, only warnings and worse."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"bridge": {"()": f"{__name__}.Bridge", "source": source}},
        "root": {"handlers": ["bridge"], "level": "WARNING"},
    }


def bridge_logs(source: str) -> None:
    """Send this process's standard logging to structlog."""
    logging.config.dictConfig(logging_config(source))
