"""One worker, two, more: what each adds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from detector.bench.life import Drained
from detector.bench.load import fill
from detector.bench.mixes import Mix, events
from detector.bench.progress import Steps
from detector.bench.scale.plan import Plan
from detector.bench.stand import fresh_stream
from detector.bench.texts import Places
from detector.bench.trial import Trial
from detector.model.threads import usable_cpus
from detector.settings.model import PREFIX

_THREADS = f"{PREFIX}THREADS"


@dataclass(frozen=True, slots=True)
class Group:
    """How a group of workers worked off a backlog; `threads` are those of each one's model."""

    partitions: int
    workers: int
    threads: int
    drained: Drained
    peak_bytes: int


def measure_workers(
    plan: Plan,
    command: Sequence[str],
    variables: Mapping[str, str],
    places: Places,
    bootstrap: str,
    steps: Steps,
) -> list[Group]:
    """Every combination in every round; the workers of a group share the processors unless `variables` say otherwise."""
    groups = []
    for number, partitions, workers in plan.combinations():
        steps.begin(f"round {number + 1}, workers: {workers}, partitions: {partitions}")
        backlog = list(islice(events(Mix.REALISTIC, plan.seed + number, places), plan.events))
        own = {_THREADS: str(max(usable_cpus() // workers, 1)), **variables}
        with (
            fresh_stream(bootstrap, partitions) as settings,
            Trial(settings, command, own, workers=workers) as trial,
        ):
            trial.ready()
            # They are at it already; writing takes a fraction of the time that judging does.
            fill(settings, backlog)
            drained = trial.drain(len(backlog))
            trial.end()
            groups.append(Group(partitions, workers, int(own[_THREADS]), drained, trial.peak_bytes))
        steps.done()
    return groups
