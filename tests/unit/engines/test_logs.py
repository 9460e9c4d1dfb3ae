"""A library's log lines keep to themselves what was put into them."""

import logging

import structlog
from structlog.testing import capture_logs

from detector.engines.logs import Bridge

TEXT = "ring me on oh seven seven"


def logged(message: str, *arguments: object, error: Exception | None = None) -> structlog.typing.EventDict:
    logger = logging.Logger("faust.somewhere")  # noqa: LOG001 - of this test alone, so that no other handler hears it
    logger.addHandler(Bridge("faust"))
    with capture_logs() as lines:
        logger.error(message, *arguments, exc_info=error)
    (line,) = lines
    return line


def test_a_line_says_where_it_comes_from_and_what_it_is_about() -> None:
    line = logged("wait_empty: Waiting for tasks %r", [TEXT])
    assert (line["logger"], line["detail"]) == ("faust.somewhere", "wait_empty: Waiting for tasks %r")
    assert (line["event"], line["log_level"]) == ("faust", "error")


def test_neither_arguments_nor_exceptions_are_repeated() -> None:
    line = logged("Crashed reason=%r", TEXT, error=ValueError(TEXT))
    assert line["error"] == "ValueError"
    assert TEXT not in str(line)


def test_a_formatted_line_is_cut_to_its_first() -> None:
    assert logged(f"Committing\n{TEXT}")["detail"] == "Committing"
