"""Event time as whole milliseconds since 1970: windows are cut exactly, with no rounding at their edges."""

from datetime import UTC, datetime, timedelta

HOUR_MS = 3_600_000
KEPT_HOURS = 30 * 24
KEPT_MS = KEPT_HOURS * HOUR_MS
"""How long a violation is kept: 30 days of event time, which is also the longest window a rule may have."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """Of a time with a zone, rounded down; a time before 1970 counts as 1970."""
    return max(0, (moment - _EPOCH) // timedelta(milliseconds=1))


def moment_of(at_ms: int) -> datetime:
    """The same time in UTC."""
    return _EPOCH + timedelta(milliseconds=at_ms)


def hour_of(at_ms: int) -> int:
    """Number of the hour since 1970 that a time lies in."""
    return at_ms // HOUR_MS
