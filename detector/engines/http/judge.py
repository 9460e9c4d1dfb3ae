"""The pipeline behind a question: events in, what became of each out, in one event loop."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from detector.clock import Clock
from detector.engines.feed import ModelFeed
from detector.monitoring.health import Health
from detector.observing import EngineObserver
from detector.outcomes import Outcome
from detector.pipeline import Pipeline
from detector.records import Headers, Partition, Position, Record
from detector.scoring import Scorer

SOURCE = "http"
"""The topic that verdicts on what was asked name as their source."""

TURN_SECONDS = 1.0


def position_of(value: bytes) -> Position:
    """Where an event stands that comes from no log: a place made of its bytes.

    So the same event has the same verdict id however often it is asked about, as a record has that is read again. 31 and
    53 bits, which partitions and JSON's numbers have room for.
    """
    digest = sha256(value).digest()
    return Position(Partition(SOURCE, int.from_bytes(digest[:4]) >> 1), int.from_bytes(digest[4:11]) >> 3)


@dataclass(slots=True, eq=False)
class _Question:
    position: Position
    answer: asyncio.Future[Outcome]
    askers: int = 0


class Judge:
    """Gives events to the pipeline as they are asked about, so that those of concurrent requests share batches.

    The pipeline has to know the topic `SOURCE`. Each event stands in a partition of its own and waits for no other. The
    same event asked about twice at a time is judged once.
    """

    def __init__(
        self, scorer: Scorer, pipeline: Pipeline, observer: EngineObserver, health: Health, clock: Clock
    ) -> None:
        self._pipeline = pipeline
        self._observer = observer
        self._health = health
        self._clock = clock
        self._changed = asyncio.Event()
        self._feed = ModelFeed(scorer, pipeline, health, clock, self._changed.set)
        self._open: dict[Position, _Question] = {}

    async def judge(self, events: Sequence[bytes], seconds: float, headers: Headers = ()) -> list[Outcome | None]:
        """What became of each event, in order; None of one that is not judged within so many seconds.

        The model is spared what nobody waits for any more. `headers` are the trace context of who asks.
        """
        asked: list[_Question] = []
        try:
            async with asyncio.timeout(seconds):
                for value in events:
                    asked.append(self._ask(value, headers))
                    # Cutting a long text takes milliseconds: others have their turn in between.
                    await asyncio.sleep(0)
                for question in asked:
                    await asyncio.shield(question.answer)
        except TimeoutError:
            pass
        finally:
            for question in asked:
                self._leave(question)
        answers = [question.answer.result() if question.answer.done() else None for question in asked]
        return [*answers, *[None] * (len(events) - len(asked))]

    async def run(self) -> None:
        """Work until cancelled; raises what the process must not outlive."""
        try:
            while True:
                self._health.beat("judge")
                self._feed.feed()
                self._answer()
                self._observer.in_flight(self._pipeline.in_flight)
                await self._next_change()
        finally:
            self._health.rest("judge")
            self._feed.close()

    def join(self, seconds: float) -> None:
        """Once `run` has ended: wait for a batch that the model still reads though nobody waits for it."""
        self._feed.join(seconds)

    async def _next_change(self) -> None:
        due = self._feed.wait()
        try:
            async with asyncio.timeout(TURN_SECONDS if due is None else min(due, TURN_SECONDS)):
                await self._changed.wait()
        except TimeoutError:
            pass
        self._changed.clear()

    def _ask(self, value: bytes, headers: Headers) -> _Question:
        position = position_of(value)
        question = self._open.get(position)
        if question is None:
            written = round(self._clock.now().timestamp() * 1000)
            self._pipeline.push(Record(position, None, value, headers, written))
            self._changed.set()
            question = self._open[position] = _Question(position, asyncio.get_running_loop().create_future())
        question.askers += 1
        return question

    def _leave(self, question: _Question) -> None:
        question.askers -= 1
        if question.askers == 0 and not question.answer.done():
            self._open.pop(question.position)
            self._pipeline.forget([question.position.partition])
            self._changed.set()

    def _answer(self) -> None:
        delivery = self._pipeline.take()
        for outcome in delivery.outcomes:
            self._open.pop(outcome.position).answer.set_result(outcome)
        if delivery.outcomes:
            self._observer.delivered(delivery, 0.0, self._clock.now().timestamp())
