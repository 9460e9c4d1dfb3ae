"""What an agent does with one record: the steps of `detector.offenders`, each confirmed before the next.

Neither stage acknowledges; whoever calls it does, once it has returned. What it raises must end the process, since what
was not finished has to be read again. A verdict that cannot be read is counted and left alone: it is another service's
output, so it is not for us to dead-letter, and it stays in its topic under the position that is logged.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog
from pydantic import ValidationError

from detector.engines.escalation.book import Shelf, TableBook
from detector.engines.escalation.rounds import Round
from detector.framing import payload_of
from detector.monitoring.escalation_metrics import EscalationMetrics
from detector.offenders import (
    Change,
    EscalationPolicy,
    Followed,
    Sighting,
    Trail,
    consider,
    follow,
    follow_tombstone,
    sweep,
)
from detector.records import Position, Record
from detector.verdicts import Verdict

log = structlog.get_logger()


class Outgoing(NamedTuple):
    """A record to write."""

    topic: str
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]] = ()


Send = Callable[[Outgoing], Awaitable[object]]
"""Returns once the broker has confirmed the record."""


class Following:
    """First stage: a verdict becomes sightings, each sent to whoever it concerns."""

    def __init__(self, trails: Callable[[int], Shelf], topic: str, send: Send, metrics: EscalationMetrics) -> None:
        self._trails = trails
        self._topic = topic
        self._send = send
        self._metrics = metrics
        self._rounds: defaultdict[int, Round] = defaultdict(Round)

    async def take(self, record: Record) -> None:
        """Follow one verdict or tombstone."""
        shelf = self._trails(record.position.partition.number)
        key = None if record.key is None else record.key.decode("latin-1")
        remembered = shelf.entries.get(key)
        try:
            followed = _followed(None if remembered is None else Trail.from_plain(remembered), record)
        except ValidationError:
            self._metrics.followed("unreadable")
            log.warning("verdict not readable, left alone", **_place(record.position))
            return
        for sighting in followed.sightings:
            await self._send(Outgoing(self._topic, sighting.who.encode(), sighting.to_json()))
        self._metrics.followed("forwarded" if followed.sightings else "skipped")
        if key is not None and followed.trail is not None:
            await _remember(shelf, key, followed.trail)
            await self._forget_stale(shelf, self._rounds[record.position.partition.number], followed.trail)

    @staticmethod
    async def _forget_stale(shelf: Shelf, turn: Round, trail: Trail) -> None:
        turn.seen(trail.seen_ms)
        for key in turn.next(lambda: shelf.entries):
            plain = shelf.entries.get(key)
            if plain is not None and Trail.from_plain(plain).is_stale(turn.newest_ms):
                shelf.put(key, None)
                await shelf.record(key, None)


class Considering:
    """Second stage: a sighting is counted, and what crosses a rule is told; `frame` stands before an escalation's JSON."""

    def __init__(
        self,
        books: Callable[[int], TableBook],
        topic: str,
        policy: EscalationPolicy,
        send: Send,
        metrics: EscalationMetrics,
        frame: bytes = b"",
    ) -> None:
        self._books = books
        self._topic = topic
        self._policy = policy
        self._frame = frame
        self._send = send
        self._metrics = metrics
        self._rounds: defaultdict[int, Round] = defaultdict(Round)

    async def take(self, record: Record) -> None:
        """Consider one sighting."""
        try:
            sighting = Sighting.from_json(record.value or b"")
        except ValidationError:
            self._metrics.considered("unreadable")
            log.warning("sighting not readable, left alone", **_place(record.position))
            return
        book = self._books(record.position.partition.number)
        change = consider(book, sighting, self._policy)
        await self._carry_out(book, change)
        self._metrics.considered(change.effect.value)
        turn = self._rounds[record.position.partition.number]
        turn.seen(sighting.at_ms)
        for who in turn.next(book.offenders):
            if (forgotten := sweep(book, who, turn.newest_ms)) is not None:
                await self._carry_out(book, forgotten)

    async def _carry_out(self, book: TableBook, change: Change) -> None:
        for escalation in change.escalations:
            message = escalation.message
            await self._send(Outgoing(self._topic, message.key, self._frame + message.value, message.headers))
            self._metrics.escalated(escalation.rule.name)
        change.apply(book)
        await book.settle()


def _followed(trail: Trail | None, record: Record) -> Followed:
    if record.value is not None:
        return follow(trail, Verdict.model_validate_json(payload_of(record.value)), record.key)
    if record.key is None:
        return Followed((), None)
    return follow_tombstone(trail, record.key, record.timestamp_ms or 0)


async def _remember(shelf: Shelf, key: str, trail: Trail) -> None:
    plain = trail.to_plain()
    if plain != shelf.entries.get(key):
        shelf.put(key, plain)
        await shelf.record(key, plain)


def _place(position: Position) -> dict[str, str | int]:
    (topic, partition), offset = position
    return {"topic": topic, "partition": partition, "offset": offset}
