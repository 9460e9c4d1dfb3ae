"""The run from start to end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from detector.bench.arrivals import Arrivals, Pace
from detector.bench.life import Drained
from detector.bench.load import fill
from detector.bench.messages import Message, sized_messages
from detector.bench.mixes import Mix, events
from detector.bench.peers.contenders import SETTINGS, Contender, Race
from detector.bench.peers.interpreters import Commands
from detector.bench.peers.plan import Plan, Turn
from detector.bench.progress import Steps
from detector.bench.stand import broker, fresh_stream
from detector.bench.stream.keeping import Tried, find_highest
from detector.bench.texts import Places
from detector.bench.trial import Trial

_PATIENCE_SECONDS = 120.0
"""PyTorch and its libraries alone take half a minute to import on a busy machine."""


@dataclass(frozen=True, slots=True)
class Stint:
    """What one process gave; `highest` is the rate that keeps the promise, where it was looked for."""

    drained: Drained
    peak_bytes: int
    events: int
    repeated: int
    highest: float | None = None
    tried: Sequence[Tried] = field(default=())


class Measured(NamedTuple):
    """What a turn gave."""

    turn: Turn
    stint: Stint


def measure(
    plan: Plan, commands: Commands, variables: Mapping[str, str], places: Places, bootstrap: str | None
) -> list[Measured]:
    """Every turn of the plan for which there is a command; `variables` are settings of all, `places` those of tokens.

    Within a round all have the same events. Without `bootstrap` a local Kafka is started, and is gone when this returns
    or raises, as every process is.
    """
    turns = [turn for turn in plan.turns() if (turn.race, turn.contender) in commands]
    with Steps(len(turns)) as steps:
        steps.begin("broker")
        with broker(bootstrap, steps.note) as address:
            measured = []
            for turn in turns:
                steps.begin(f"round {turn.round + 1}, {turn.race}, {turn.contender}")
                command = commands[turn.race, turn.contender]
                measured.append(Measured(turn, _take(plan, turn, command, variables, places, address, steps)))
                steps.done()
            return measured


def _take(
    plan: Plan,
    turn: Turn,
    command: Sequence[str],
    variables: Mapping[str, str],
    places: Places,
    bootstrap: str,
    steps: Steps,
) -> Stint:
    source = _source(plan, turn, places)
    backlog = plan.backlog[turn.race]
    own = {**variables, **SETTINGS.get(turn.contender, {})}
    with fresh_stream(bootstrap) as settings:
        steps.note(f"writing a backlog of {backlog:,}")
        fill(settings, islice(source, backlog))
        with Trial(settings, command, own, patience_seconds=_PATIENCE_SECONDS) as trial:
            steps.note("working it off")
            drained = trial.drain(backlog)
            highest, tried = _search(plan, turn, trial, source, drained.rate, steps)
            trial.end()
            return Stint(drained, trial.peak_bytes, len(trial.reader.seen), trial.reader.repeated, highest, tried)


def _search(
    plan: Plan, turn: Turn, trial: Trial, source: Iterator[Message], capacity: float | None, steps: Steps
) -> tuple[float | None, Sequence[Tried]]:
    """Of the product with the model, as it is shipped."""
    if plan.search is None or turn.race is not Race.MODEL or turn.contender is not Contender.PRODUCT or not capacity:
        return None, ()
    pace = Pace(capacity, Arrivals.POISSON, plan.seed + turn.round)
    return find_highest(trial, source, plan.search, pace, steps.note)


def _source(plan: Plan, turn: Turn, places: Places) -> Iterator[Message]:
    seed = plan.seed + turn.round
    return events(Mix.REALISTIC, seed, places) if turn.race is Race.MODEL else sized_messages(seed, plan.size)
