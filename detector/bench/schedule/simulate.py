"""Events, a schedule and a model on a virtual clock: what becomes of each event, without waiting for it."""

import math
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from detector.bench.schedule.peers import Batch
from detector.bench.schedule.plan import Where
from detector.bench.schedule.rules import Schedule

AHEAD = 2
"""Batches handed to the model at most, as in every engine: the one it reads and one that waits."""
_TICK = 1e-6
"""A virtual clock must move on, also where a wait is rounded down to nothing."""


class Piece(NamedTuple):
    """A window: its tokens, and those that it has padded."""

    tokens: int
    padded: int


@dataclass(frozen=True, slots=True)
class Event:
    """Comes at a time, was due `written` plus the promise, and waits for those before it in its partition."""

    arrives: float
    written: float
    partition: int
    pieces: Sequence[Piece]


@dataclass(slots=True)
class Course:
    """How it went. `answered` are the times of the answers, None for an event that was given up."""

    answered: list[float | None]
    batches: int = 0
    windows: int = 0
    busy: float = 0.0
    longest: float = 0.0
    ends: float = 0.0


def simulate(
    rule: Schedule,
    events: Sequence[Event],
    seconds: Callable[[Batch], float],
    where: Where,
    promise: float,
    hand_over: float = 0.0,
) -> Course:
    """Plays the events, in order of their arrival, to the end; `seconds` is what the model takes for a batch."""
    return _Play(rule, events, seconds, where, promise, hand_over).play()


class _Play:
    def __init__(
        self,
        rule: Schedule,
        events: Sequence[Event],
        seconds: Callable[[Batch], float],
        where: Where,
        promise: float,
        hand_over: float,
    ) -> None:
        self._rule, self._events, self._seconds = rule, events, seconds
        self._where, self._promise, self._hand_over = where, promise, hand_over
        self._course = Course([None] * len(events))
        self._now = 0.0
        self._come = self._expired = 0
        self._left = [len(event.pieces) for event in events]
        self._lines: dict[int, deque[int]] = defaultdict(deque)
        self._at_model: deque[Batch] = deque()
        self._reading = 0.0
        self._ends = math.inf

    def play(self) -> Course:
        while (moment := self._next()) < math.inf:
            self._now = moment
            if self._ends <= moment:
                self._come_back()
            self._arrive()
            if self._where is Where.HTTP:
                self._give_up()
            self._feed()
        self._course.ends = self._now
        return self._course

    def _next(self) -> float:
        arrives = self._events[self._come].arrives if self._come < len(self._events) else math.inf
        wait = self._rule.wait(self._now) if len(self._at_model) < AHEAD else None
        due = math.inf if wait is None else self._now + max(wait, _TICK)
        return min(arrives, self._ends, due)

    def _arrive(self) -> None:
        while self._come < len(self._events) and self._events[self._come].arrives <= self._now:
            number, event = self._come, self._events[self._come]
            self._come += 1
            self._lines[event.partition].append(number)
            for piece in event.pieces:
                self._rule.add(number, length=piece.padded, deadline=event.written + self._promise, now=self._now)
            if not event.pieces:
                self._settle(number)

    def _feed(self) -> None:
        while len(self._at_model) < AHEAD:
            batch = self._rule.take(self._now, idle=not self._at_model)
            if not batch:
                return
            self._at_model.append(batch)
            if len(self._at_model) == 1:
                self._begin(self._now + self._hand_over)

    def _begin(self, start: float) -> None:
        batch, course = self._at_model[0], self._course
        self._reading = self._seconds(batch)
        self._ends = start + self._reading
        course.batches += 1
        course.windows += len(batch)
        course.busy += self._reading
        course.longest = max(course.longest, self._reading)

    def _come_back(self) -> None:
        batch, seconds = self._at_model.popleft(), self._reading
        self._ends = math.inf
        if self._at_model:
            self._begin(self._now)
        self._rule.scored(batch, seconds, self._now)
        for waiting in batch:
            self._left[waiting.item] -= 1
            if not self._left[waiting.item]:
                self._settle(waiting.item)

    def _settle(self, number: int) -> None:
        """The answer is there; in a stream it leaves behind those before it."""
        if self._where is Where.HTTP:
            if self._now <= self._events[number].written + self._promise:
                self._course.answered[number] = self._now
            return
        line = self._lines[self._events[number].partition]
        while line and not self._left[line[0]]:
            self._course.answered[line.popleft()] = self._now

    def _give_up(self) -> None:
        """Spare the model what nobody waits for any more; events come in the order of their deadlines."""
        before = self._expired
        while self._expired < self._come and self._events[self._expired].written + self._promise < self._now:
            self._expired += 1
        if any(self._left[number] for number in range(before, self._expired)):
            expired = self._expired
            self._rule.forget(lambda number: number < expired)
