"""The run from start to end."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from detector.bench.arrivals import Arrivals, Pace
from detector.bench.life import Drained
from detector.bench.load import fill
from detector.bench.messages import Message, sized_messages
from detector.bench.mixes import MADE_UP, Mix, OwnTexts, events
from detector.bench.peers.contenders import SETTINGS, Contender, Race
from detector.bench.peers.interpreters import Commands
from detector.bench.peers.plan import Plan, Turn
from detector.bench.progress import Steps
from detector.bench.stand import broker, fresh_stream
from detector.bench.stream.keeping import Tried, find_highest
from detector.bench.texts import Places
from detector.bench.trial import Trial
from detector.operations.worker_process import WorkerFailed

_LOT_SECONDS = 0.05
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


class Outcome(NamedTuple):
    """What all turns gave, and in which words a peer failed; it had no further turn in that race."""

    measured: Sequence[Measured]
    failed: Mapping[tuple[Race, Contender], str]


def measure(
    plan: Plan,
    commands: Commands,
    variables: Mapping[str, str],
    places: Places,
    bootstrap: str | None,
    own: OwnTexts = MADE_UP,
) -> Outcome:
    """Every turn of the plan for which there is a command; `variables` are settings of all, `places` those of tokens.

    Within a round all have the same events. A peer that fails is left out from then on; where the product does, that is
    raised. Without `bootstrap` a local Kafka is started, and is gone when this returns
    or raises, as every process is.
    """
    turns = [turn for turn in plan.turns() if (turn.race, turn.contender) in commands]
    with Steps(len(turns)) as steps:
        steps.begin("broker")
        with broker(bootstrap, steps.note) as address:
            measured: list[Measured] = []
            failed: dict[tuple[Race, Contender], str] = {}
            for turn in turns:
                entry = (turn.race, turn.contender)
                if entry not in failed:
                    steps.begin(f"round {turn.round + 1}, {turn.race}, {turn.contender}")
                    try:
                        source = _source(plan, turn, places, own)
                        stint = _take(plan, turn, commands[entry], variables, source, address, steps)
                    except WorkerFailed as error:
                        if turn.contender.ours:
                            raise
                        failed[entry] = str(error)
                    else:
                        measured.append(Measured(turn, stint))
                steps.done()
            return Outcome(measured, failed)


def _take(
    plan: Plan,
    turn: Turn,
    command: Sequence[str],
    variables: Mapping[str, str],
    source: Iterator[Message],
    bootstrap: str,
    steps: Steps,
) -> Stint:
    backlog = plan.backlog[turn.race]
    given = {**variables, **SETTINGS.get(turn.contender, {})}
    with fresh_stream(bootstrap) as settings:
        steps.note(f"writing a backlog of {backlog:,}")
        fill(settings, islice(source, backlog))
        with Trial(settings, command, given, patience_seconds=_PATIENCE_SECONDS) as trial:
            steps.note("working it off")
            drained = _drain(trial, backlog)
            highest, tried = _search(plan, turn, trial, source, drained.rate, steps)
            trial.end()
            return Stint(drained, trial.peak_bytes, len(trial.reader.seen), trial.reader.repeated, highest, tried)


def _drain(trial: Trial, backlog: int) -> Drained:
    """Works the backlog off; the clock starts when the first lot of verdicts, a batch or a transaction, is there whole.

    What of it is seen a moment after its first would otherwise count as if it had taken no time.
    """
    seen = trial.reader.seen
    trial.until(1)
    settled = time.monotonic() + _LOT_SECONDS
    while (left := settled - time.monotonic()) > 0:
        trial.reader.read(left)
    before, began, cpu = len(seen), max(seen.values()), trial.cpu_seconds()
    trial.until(backlog)
    return Drained(len(seen) - before, max(seen.values()) - began, trial.cpu_seconds() - cpu)


def _search(
    plan: Plan, turn: Turn, trial: Trial, source: Iterator[Message], capacity: float | None, steps: Steps
) -> tuple[float | None, Sequence[Tried]]:
    """Of the product with the model, as it is shipped."""
    if plan.search is None or turn.race is not Race.MODEL or turn.contender is not Contender.PRODUCT or not capacity:
        return None, ()
    pace = Pace(capacity, Arrivals.POISSON, plan.seed + turn.round)
    return find_highest(trial, source, plan.search, pace, steps.note)


def _source(plan: Plan, turn: Turn, places: Places, own: OwnTexts = MADE_UP) -> Iterator[Message]:
    seed = plan.seed + turn.round
    return events(Mix.REALISTIC, seed, places, own) if turn.race is Race.MODEL else sized_messages(seed, plan.size)
