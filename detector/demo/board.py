"""Which answer belongs to which step, and how long it took."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from detector.demo.script import Expectation, Step
from detector.events import EventKind
from detector.records import Position
from detector.settings import Settings
from detector.verdicts import Verdict

_TOPICS = Settings.model_fields
KINDS = {
    str(_TOPICS["listing_topic"].default): EventKind.LISTING_UPDATE,
    str(_TOPICS["booking_topic"].default): EventKind.BOOKING,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out for the record at `position`: a verdict, a dead letter with its reason, or neither: a tombstone."""

    position: Position
    verdict: Verdict | None = None
    reason: str | None = None

    @property
    def outcome(self) -> Expectation:
        """The answer in the words in which it was expected."""
        if self.verdict is not None:
            return Expectation(self.verdict.score_details.label.value)
        return Expectation.DEAD_LETTER if self.reason is not None else Expectation.TOMBSTONE


@dataclass(frozen=True, slots=True)
class Answered:
    """A step with its answer; `latency_ms` counts from the intended send time until the answer was seen."""

    number: int
    step: Step = field(repr=False)
    answer: Answer
    latency_ms: float

    @property
    def kind(self) -> EventKind:
        """The kind of the topic it came from."""
        return KINDS[self.answer.position.partition.topic]

    @property
    def measured(self) -> bool:
        """Whether its latency counts: the first step is sent before the worker is ready, and waits for its start."""
        return self.number > 0

    @property
    def surprising(self) -> bool:
        """Whether another outcome was expected."""
        return self.step.expect is not None and self.step.expect is not self.answer.outcome


class Board:
    """Joins sends, delivery reports and answers, in whatever order the last two come; a repeated answer is ignored."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.done: list[Answered] = []
        self._due: dict[int, float] = {}
        self._numbers: dict[Position, int] = {}
        self._early: dict[Position, tuple[Answer, float]] = {}
        self._finished: set[Position] = set()

    @property
    def complete(self) -> bool:
        """Whether every step has its answer."""
        return len(self.done) == len(self.steps)

    @property
    def missing(self) -> list[Step]:
        """The steps without an answer."""
        answered = {each.number for each in self.done}
        return [step for number, step in enumerate(self.steps) if number not in answered]

    @property
    def latencies(self) -> list[float]:
        """Milliseconds of every step that counts."""
        return [each.latency_ms for each in self.done if each.measured]

    def sent(self, number: int, due: float) -> None:
        """The step was sent; it should have been at `due`."""
        self._due[number] = due

    def delivered(self, number: int, position: Position) -> list[Answered]:
        """The broker stored the step there; gives what is complete by that."""
        self._numbers[position] = number
        return self._join(*early) if (early := self._early.pop(position, None)) else []

    def answered(self, answer: Answer, seen: float) -> list[Answered]:
        """An answer was read at `seen`; gives what is complete by that."""
        return self._join(answer, seen)

    def _join(self, answer: Answer, seen: float) -> list[Answered]:
        number = self._numbers.get(answer.position)
        if number is None:
            self._early.setdefault(answer.position, (answer, seen))
            return []
        if answer.position in self._finished:
            return []
        self._finished.add(answer.position)
        complete = Answered(number, self.steps[number], answer, (seen - self._due[number]) * 1000)
        self.done.append(complete)
        return [complete]
