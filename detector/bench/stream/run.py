"""The run from start to end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from detector.bench.arrivals import Arrivals, Pace
from detector.bench.life import Drained, Paced
from detector.bench.load import fill
from detector.bench.messages import Message
from detector.bench.mixes import MADE_UP, OwnTexts, events
from detector.bench.progress import Steps
from detector.bench.stand import broker, fresh_stream
from detector.bench.stream.keeping import Tried, find_highest
from detector.bench.stream.plan import Plan, Search, Turn
from detector.bench.texts import Places
from detector.bench.trial import Trial
from detector.monitoring.exposition import Change, Scrape
from detector.settings import Settings
from detector.settings.model import PREFIX


class Answered(NamedTuple):
    """How events at a pace went, and what the worker's metrics say of it."""

    paced: Paced
    changes: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Stint:
    """What one worker gave; `whole` is what its metrics counted from when it was ready to its end."""

    ready_seconds: float
    drained: Drained
    answered: Mapping[tuple[float, Arrivals], Answered]
    tried: Sequence[Tried]
    highest: float | None
    whole: Sequence[Change]
    peak_bytes: int
    events: int
    repeated: int


class Measured(NamedTuple):
    """What a turn gave."""

    turn: Turn
    stint: Stint


def measure(
    plan: Plan,
    command: Sequence[str],
    variables: Mapping[str, str],
    places: Places,
    bootstrap: str | None,
    own: OwnTexts = MADE_UP,
) -> list[Measured]:
    """Every turn of the plan; `command` starts a worker, `variables` are settings of all, `places` are those of tokens.

    Without `bootstrap` a local Kafka is started, and is gone when this returns or raises, as every worker is.
    """
    turns = list(plan.turns())
    with Steps(len(turns)) as steps:
        steps.begin("broker")
        with broker(bootstrap, steps.note) as address:
            measured = []
            for turn in turns:
                subject = turn.subject
                steps.begin(
                    f"round {turn.round + 1}, {subject.mix}, {subject.delivery} {plan.title(subject.variant)}".strip()
                )
                given = {f"{PREFIX}DELIVERY": subject.delivery.value, **variables, **plan.variants[subject.variant]}
                source = events(subject.mix, plan.seed + turn.round, places, own)
                with fresh_stream(address) as settings, Trial(settings, command, given) as trial:
                    measured.append(Measured(turn, _Stage(plan, turn, settings, trial, source, steps).work()))
                steps.done()
            return measured


class _Stage:
    def __init__(
        self, plan: Plan, turn: Turn, settings: Settings, trial: Trial, source: Iterator[Message], steps: Steps
    ) -> None:
        self._plan, self._turn, self._settings = plan, turn, settings
        self._trial, self._source, self._steps = trial, source, steps

    def work(self) -> Stint:
        trial, plan = self._trial, self._plan
        ready = trial.ready()
        beginning = trial.scrape()
        drained = self._drain(plan.backlog[self._turn.subject.mix])
        answered = {(pace.rate, pace.arrivals): self._answer(pace) for pace in plan.paces(self._turn.round)}
        found, tried = self._search(plan.search, drained.rate) if plan.search is not None else (None, ())
        whole = _changes(beginning, trial.scrape())
        trial.end()
        return Stint(
            ready,
            drained,
            answered,
            tried,
            found,
            whole,
            trial.peak_bytes,
            len(trial.reader.seen),
            trial.reader.repeated,
        )

    def _drain(self, backlog: int) -> Drained:
        self._steps.note(f"backlog of {backlog}")
        waiting = list(islice(self._source, backlog))
        # The worker is at it already; writing takes a fraction of the time that judging does.
        fill(self._settings, waiting)
        return self._trial.drain(backlog)

    def _answer(self, pace: Pace) -> Answered:
        self._steps.note(f"{self._plan.events} at {pace.rate:g}/s, {pace.arrivals}")
        self._trial.warm(self._source, pace)
        sent = list(islice(self._source, self._plan.events))
        before = self._trial.scrape()
        paced = self._trial.send(sent, pace)
        return Answered(paced, _changes(before, self._trial.scrape()))

    def _search(self, search: Search, capacity: float | None) -> tuple[float | None, Sequence[Tried]]:
        if capacity is None:
            return None, ()
        pace = Pace(capacity, Arrivals.POISSON, self._plan.seed + self._turn.round)
        return find_highest(self._trial, self._source, search, pace, self._steps.note)


def _changes(before: Sequence[Scrape], after: Sequence[Scrape]) -> Sequence[Change]:
    return [Change(*pair) for pair in zip(before, after, strict=True)]
