"""Errors, each named by what its catcher does next.

No message ever quotes an event's text: a message may reach a log line, a header or a terminal.
"""

from enum import StrEnum


class DetectorError(Exception):
    """Base of every error this package raises on purpose."""


class Reason(StrEnum):
    """Why a record cannot be judged: a closed set, so that it can be a metric label."""

    NOT_UTF8 = "not-utf8"
    NOT_JSON = "not-json"
    WIRE_FORMAT = "wire-format"
    DUPLICATE_KEY = "duplicate-key"
    NOT_A_NUMBER = "not-a-number"
    TOO_DEEP = "too-deep"
    TOO_LARGE = "too-large"
    LONE_SURROGATE = "lone-surrogate"
    NUL_CHARACTER = "nul-character"
    MISSING = "missing"
    WRONG_TYPE = "wrong-type"
    BAD_VALUE = "bad-value"
    EMPTY = "empty"
    NO_KEY = "no-key"
    MODEL_ERROR = "model-error"


class Stage(StrEnum):
    """Where in the flow a record was found to be unjudgeable."""

    DECODE = "decode"
    PREPARE = "prepare"
    SCORE = "score"


class InvalidRecord(DetectorError):
    """Dead-letter the record: it is wrong in itself, so trying again would not help.

    `field` is the path of the offending member (`attributes.houseRules`), `problem` one sentence without any of
    the record's contents.
    """

    def __init__(self, stage: Stage, reason: Reason, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.stage = stage
        self.reason = reason
        self.field = field
        self.problem = problem


class Retry(DetectorError):
    """Try the same work again: the cause is outside the record and may pass."""


class Restart(DetectorError):
    """End the process and start it again: only what the broker has stored says what is true now."""


class Misconfigured(DetectorError):
    """Correct the settings or the environment, then start again."""


class BrakePulled(DetectorError):
    """Stop and look: so many records are dead letters that the stream or the model must be broken."""


class Superseded(DetectorError):
    """Stop: another process has taken over this worker's identity or partitions."""
