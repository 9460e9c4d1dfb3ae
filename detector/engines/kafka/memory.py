"""A sink that keeps what it is given: for tests of whatever drives one."""

from collections.abc import Mapping
from typing import Any

from detector.errors import Retry
from detector.outcomes import Delivery, Outcome
from detector.records import Partition


class MemorySink:
    """Keeps the promise of the transactional sink in memory: outcomes and offsets appear together or not at all.

    A delivery under a group metadata that is in `stale` is refused, as a broker refuses a member of an older generation.
    """

    def __init__(self) -> None:
        self._written: list[Outcome] = []
        self._offsets: dict[Partition, int] = {}
        self.stale: list[Any] = []

    @property
    def written(self) -> list[Outcome]:
        """Every visible outcome, in order."""
        return list(self._written)

    @property
    def committed(self) -> Mapping[Partition, int]:
        """The next offset of each partition that has one."""
        return dict(self._offsets)

    def open(self) -> None:
        """Nothing to make ready."""

    def deliver(self, delivery: Delivery, group: Any) -> None:
        """Keep the outcomes and the offsets."""
        if group in self.stale:
            raise Retry("the group has moved on")
        self._written.extend(delivery.outcomes)
        self._offsets.update(delivery.offsets)
