"""A record as it came from the log, and its place there."""

from collections.abc import Sequence
from typing import NamedTuple

Headers = Sequence[tuple[str, bytes | None]]


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int


class Position(NamedTuple):
    """One record's place: the source a verdict names."""

    partition: Partition
    offset: int


class Record(NamedTuple):
    """Key, value and headers byte for byte; `timestamp_ms` is epoch milliseconds, None where the log has none.

    The contents stay out of `repr`, so a logged record shows where it stands and nothing it says.
    """

    position: Position
    key: bytes | None
    value: bytes | None
    headers: Headers = ()
    timestamp_ms: int | None = None

    def __repr__(self) -> str:
        return f"Record(position={self.position!r}, timestamp_ms={self.timestamp_ms!r})"

    @property
    def size(self) -> int:
        """Bytes of key and value together: what a record costs in memory while it is in flight."""
        return len(self.key or b"") + len(self.value or b"")
