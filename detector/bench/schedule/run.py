"""The run from start to end: times of runs, work, and every rule under every load."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple

from detector.batching import MicroBatcher, Waiting
from detector.bench.messages import Message
from detector.bench.progress import Steps
from detector.bench.schedule.costs import Costs
from detector.bench.schedule.peers import Batch
from detector.bench.schedule.plan import Load, Plan, Rule
from detector.bench.schedule.rules import Schedule, runs, schedule
from detector.bench.schedule.simulate import Course, Event, simulate
from detector.bench.schedule.work import OVERDUE_SECONDS, Windows, arriving, pieces
from detector.pipeline import PROMISE_SECONDS


class Measured(NamedTuple):
    """What became of one round's events. `latencies_ms` are of live events that were answered, out of `live`.

    Of what the model read, `alone` is the time had each window been run by itself, `tokens` what the windows hold and
    `computed` the same with padding; `surprises` say by which share batches took longer or shorter than was expected.
    """

    load: Load
    rule: Rule
    latencies_ms: Sequence[float]
    live: int
    course: Course
    alone: float
    tokens: int
    computed: int
    surprises: Sequence[float]


def measure(plan: Plan, costs: Costs, source: Callable[[int], Iterator[Message]], windows: Windows) -> list[Measured]:
    """Every turn of the plan; `source` gives the messages of a seed, `windows` cuts a text as the scorer does."""
    measured = []
    slowed = costs.scaled(plan.slower)
    with Steps(plan.rounds * len(plan.loads)) as steps:
        for number in range(plan.rounds):
            work = pieces(source(plan.seed + number), plan.events, windows)
            for load in plan.loads:
                steps.begin(f"round {number + 1}, {load.title}")
                events = arriving(plan, load, work, lambda piece: slowed.run(1, piece.padded))
                measured += [play(plan, load, rule, events, slowed, plan.seed + number) for rule in plan.rules]
                steps.done()
    return measured


def play(plan: Plan, load: Load, rule: Rule, events: Sequence[Event], costs: Costs, seed: int) -> Measured:
    """One rule under one load."""
    asked = schedule(rule)
    model = _Model(plan, rule, costs, seed, asked, events)
    course = simulate(asked, events, model.read, load.where, PROMISE_SECONDS, plan.hand_over)
    live = [
        (answered, event.written)
        for event, answered in zip(events, course.answered, strict=True)
        if event.written > -OVERDUE_SECONDS
    ]
    return Measured(
        load,
        rule,
        [1000 * (answered - written) for answered, written in live if answered is not None],
        len(live),
        course,
        model.alone,
        model.tokens,
        model.computed,
        model.surprises,
    )


class _Model:
    """Takes as long as the table says, more or less; the same seed gives every rule the same chance."""

    def __init__(
        self, plan: Plan, rule: Rule, costs: Costs, seed: int, asked: Schedule, events: Sequence[Event]
    ) -> None:
        self._plan, self._rule, self._costs, self._asked, self._events = plan, rule, costs, asked, events
        self._random = Random(seed)
        self.alone = 0.0
        self.tokens = self.computed = 0
        self.surprises: list[float] = []

    def read(self, batch: Batch) -> float:
        """Seconds of a batch."""
        shapes = runs(self._rule, batch)
        self.alone += sum(self._costs.run(1, waiting.length) for waiting in batch)
        self.tokens += sum(map(self._tokens, batch))
        self.computed += sum(shape.windows * shape.length for shape in shapes)
        seconds = sum(self._costs.run(*shape) for shape in shapes)
        seconds *= self._random.lognormvariate(0, self._plan.jitter)
        if isinstance(self._asked, MicroBatcher):
            self.surprises.append(abs(seconds / self._asked.expected(batch) - 1))
        return seconds

    def _tokens(self, waiting: Waiting[int]) -> int:
        """Windows of one event that are of one padded length hold as many tokens, but for one at the most."""
        pieces = self._events[waiting.item].pieces
        return next(piece.tokens for piece in pieces if piece.padded == waiting.length)
