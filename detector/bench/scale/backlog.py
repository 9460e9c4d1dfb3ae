"""What an event costs by how many wait."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detector.bench.life import Drained
from detector.bench.live import Course, live
from detector.bench.messages import sized_messages
from detector.bench.progress import Steps
from detector.bench.scale.plan import Plan


@dataclass(frozen=True, slots=True)
class Backlog:
    """How a backlog of so many events was worked off."""

    events: int
    drained: Drained
    peak_bytes: int


def measure_backlog(
    plan: Plan, command: Sequence[str], variables: Mapping[str, str], bootstrap: str, steps: Steps
) -> list[Backlog]:
    """Every backlog in every round, by turns; `command` starts a worker whose scorer costs nothing."""
    backlogs = []
    for number in range(plan.rounds):
        for events in plan.backlogs:
            steps.begin(f"round {number + 1}, a backlog of {events}")
            course = Course(sized_messages(plan.seed + number, plan.size), events)
            life = live(bootstrap, command, variables, course, steps.note)
            backlogs.append(Backlog(events, life.drained, life.peak_bytes))
            steps.done()
    return backlogs
