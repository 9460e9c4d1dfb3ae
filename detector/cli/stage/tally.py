"""What was played, what came back, and how long that took. Pure: times are arguments."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from detector.cli.stage.script import Act
from detector.records import Position
from detector.verdicts import Verdict

PROMISE_SECONDS = 0.250


class Answer(NamedTuple):
    """What the worker wrote about one record, and when a read-committed reader saw it."""

    position: Position
    at: float
    verdict: Verdict | None = None
    reason: str | None = None

    @property
    def outcome(self) -> str:
        """Fraud, NonFraud, dead-letter or tombstone."""
        if self.reason is not None:
            return "dead-letter"
        return "tombstone" if self.verdict is None else self.verdict.score_details.label.value


class Seen(NamedTuple):
    """An act with its answer; `seconds` run from the moment the act was meant to be sent."""

    act: Act
    answer: Answer
    seconds: float


@dataclass(slots=True)
class Tally:
    """Brings acts and answers together by the record's place in the log; either may come first."""

    expected: int
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    surprises: list[Seen] = field(default_factory=list)
    as_expected: int = 0
    _sent: dict[Position, tuple[Act, float]] = field(default_factory=dict)
    _early: dict[Position, Answer] = field(default_factory=dict)
    _done: set[Position] = field(default_factory=set)

    @property
    def answered(self) -> int:
        """Records that have their answer."""
        return len(self.latencies)

    @property
    def is_complete(self) -> bool:
        """Whether every record has its answer."""
        return self.answered == self.expected

    def sent(self, position: Position, act: Act, intended: float) -> Iterator[Seen]:
        """The log has taken an act in; gives it with its answer if that was faster than this news."""
        self._sent[position] = (act, intended)
        if (answer := self._early.pop(position, None)) is not None:
            yield self._match(answer)

    def answer(self, answer: Answer) -> Iterator[Seen]:
        """The worker has answered; a second answer to the same record counts nowhere."""
        if answer.position in self._done or answer.position in self._early:
            return
        if answer.position in self._sent:
            yield self._match(answer)
        else:
            self._early[answer.position] = answer

    def percentile(self, percent: float) -> float:
        """The latency that so many percent of the answers kept to (nearest rank); 0 before the first."""
        if not self.latencies:
            return 0.0
        ordered = sorted(self.latencies)
        return ordered[max(0, ceil(percent / 100 * len(ordered)) - 1)]

    @property
    def share_in_time(self) -> float:
        """The share of answers inside the promise of 250 ms."""
        return sum(each <= PROMISE_SECONDS for each in self.latencies) / max(1, self.answered)

    def _match(self, answer: Answer) -> Seen:
        act, intended = self._sent.pop(answer.position)
        self._done.add(answer.position)
        seen = Seen(act, answer, answer.at - intended)
        self.latencies.append(seen.seconds)
        self.outcomes[answer.outcome] += 1
        if answer.reason is not None:
            self.reasons[answer.reason] += 1
        if answer.verdict is not None:
            self.categories.update(each.category for each in answer.verdict.score_details.evidence)
        if act.expect == answer.outcome:
            self.as_expected += 1
        elif act.expect is not None:
            self.surprises.append(seen)
        return seen
