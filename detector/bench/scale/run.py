"""The run from start to end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from detector.bench.progress import Steps
from detector.bench.scale.backlog import Backlog, measure_backlog
from detector.bench.scale.length import Length, measure_length
from detector.bench.scale.plan import Part, Plan
from detector.bench.scale.soak import Soaked, measure_soak
from detector.bench.scale.workers import Group, measure_workers
from detector.bench.stand import broker
from detector.bench.texts import Places
from detector.settings.model import PREFIX


@dataclass(frozen=True, slots=True)
class Measured:
    """What each part gave; a part that was left out gave nothing."""

    groups: Sequence[Group] = ()
    lengths: Sequence[Length] = ()
    backlogs: Sequence[Backlog] = ()
    soaked: Soaked | None = None


def measure(
    plan: Plan,
    command: Sequence[str],
    without_model: Sequence[str],
    variables: Mapping[str, str],
    places: Places,
    bootstrap: str | None,
) -> Measured:
    """Every part of the plan; the commands start a worker with the model and one whose scorer costs nothing.

    Without `bootstrap` a local Kafka is started, and is gone when this returns or raises, as every worker is.
    """
    own = {f"{PREFIX}DELIVERY": plan.delivery.value, **variables}
    with Steps(_steps(plan)) as steps:
        steps.begin("broker")
        with broker(bootstrap, steps.note) as at:
            return Measured(
                measure_workers(plan, command, own, places, at, steps) if Part.WORKERS in plan.parts else (),
                measure_length(plan, command, own, at, steps) if Part.LENGTH in plan.parts else (),
                measure_backlog(plan, without_model, own, at, steps) if Part.BACKLOG in plan.parts else (),
                measure_soak(plan, command, own, places, at, steps) if Part.SOAK in plan.parts else None,
            )


def _steps(plan: Plan) -> int:
    counts = {
        Part.WORKERS: len(list(plan.combinations())),
        Part.LENGTH: 1,
        Part.BACKLOG: plan.rounds * len(plan.backlogs),
        Part.SOAK: 1,
    }
    return sum(counts[part] for part in plan.parts)
