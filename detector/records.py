"""A record as it came from the log, and its place there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Record:
    """Key, value and headers byte for byte; `timestamp_ms` is epoch milliseconds, None where the log has none.

    The contents stay out of `repr`, so a logged record shows where it stands and nothing it says.
    """

    position: Position
    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    timestamp_ms: int | None = None

    @property
    def size(self) -> int:
        """Bytes of key and value together: what a record costs in memory while it is in flight."""
        return len(self.key or b"") + len(self.value or b"")
