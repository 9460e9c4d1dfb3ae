"""Structured logs on standard error: JSON for machines, or lines for people. No event text ever goes in."""

import logging
import sys

import structlog

from detector.settings.model import LogFormat


def configure_logs(level: str, form: LogFormat) -> None:
    """Set the process's logging up; call once, before anything logs."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if form is LogFormat.JSON
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
