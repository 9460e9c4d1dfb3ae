"""Finding offenders wherever they are kept: here, or in another process of the group.

A process knows from its group's own metadata who owns which partition of the sightings, and the address under which the
owner's view can be reached.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Protocol, TypeVar
from urllib.parse import quote

from aiokafka.partitioner import DefaultPartitioner
from pydantic import ValidationError

from detector.clock import Clock
from detector.engines.escalation.answers import OneOffender, TopList
from detector.engines.escalation.ranking import in_order, most_violations
from detector.errors import Retry
from detector.events.model import WireModel
from detector.offenders import Book, Kind, profile, who_is
from detector.offenders.who import bounded

MOST_OFFENDERS = 100
"""In one list."""
ALONE = "alone"
"""The query parameter with which one process asks another: answer from what you own, ask nobody else."""

Answer = TypeVar("Answer", bound=WireModel)


class Group(Protocol):
    """The processes that count together, as one of them sees it."""

    @property
    def is_ready(self) -> bool:
        """Whether this process's tables hold what they should."""

    def owned(self) -> set[int]:
        """Partitions of the sightings that this process owns."""

    def others(self) -> Mapping[str, Collection[int]]:
        """Of each other process: the address of its view, and the partitions it owns."""

    async def fetch(self, url: str) -> tuple[int, bytes]:
        """Status and body of another's answer. Raises `Retry` if none comes in time."""


class Lookup:
    """Answers for all processes, or (`alone`) for this one. What cannot be told at the moment raises `Retry`."""

    def __init__(self, group: Group, book: Callable[[int], Book], partitions: int, clock: Clock) -> None:
        self._group = group
        self._book = book
        self._partitions = partitions
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()

    async def top(self, window: str, *, alone: bool) -> TopList:
        """The offenders with the most violations; not complete if another process does not answer."""
        now = self._must_be_ready()
        books = [self._book(partition) for partition in sorted(self._group.owned())]
        async with self._one_at_a_time:
            own = await most_violations(books, window, _milliseconds(now), MOST_OFFENDERS)
        if alone:
            return TopList(at=now, window=window, complete=True, partners=own)
        others = self._group.others()
        heard = await asyncio.gather(*(self._hear(address, window) for address in others))
        told = [offender for each in heard if each is not None for offender in each.partners]
        known = self._group.owned().union(*others.values())
        return TopList(
            at=now,
            window=window,
            complete=None not in heard and len(known) == self._partitions,
            partners=in_order([*own, *told], window)[:MOST_OFFENDERS],
        )

    async def one(self, kind: Kind, identity: str, *, alone: bool) -> OneOffender | None:
        """None for an offender that is not known."""
        identity = bounded(identity)
        who = who_is(identity, "") if kind is Kind.PARTNER else who_is(None, identity)
        partition = partition_of(who, self._partitions)
        if partition in self._group.owned():
            now = self._must_be_ready()
            found = profile(self._book(partition), who, _milliseconds(now))
            return None if found is None else OneOffender(at=now, partner=found)
        owner = next((address for address, owned in self._group.others().items() if partition in owned), None)
        if alone or owner is None:
            raise Retry("the offender's partition is moving to another worker")
        return await self._ask(OneOffender, f"{owner}/{kind.value}s/{quote(identity, safe='')}.json?{ALONE}=1")

    def _must_be_ready(self) -> datetime:
        if not self._group.is_ready:
            raise Retry("the tables are being recovered")
        return self._clock.now()

    async def _hear(self, address: str, window: str) -> TopList | None:
        """Another's list; None if it does not tell."""
        try:
            return await self._ask(TopList, f"{address}/partners.json?window={window}&{ALONE}=1")
        except Retry:
            return None

    async def _ask(self, kind: type[Answer], url: str) -> Answer | None:
        status, body = await self._group.fetch(url)
        if status == 404:
            return None
        try:
            if status == 200:
                return kind.model_validate_json(body)
        except ValidationError:
            pass
        raise Retry("another worker cannot tell of its offenders now")


def partition_of(who: str, partitions: int) -> int:
    """Where Kafka's default partitioner puts an offender's sightings."""
    everywhere = list(range(partitions))
    return int(DefaultPartitioner()(who.encode(), everywhere, everywhere))


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
