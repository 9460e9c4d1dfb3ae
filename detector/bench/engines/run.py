"""The run from start to end."""

from collections.abc import Mapping, Sequence

from detector.bench.engines.figures import Measured
from detector.bench.engines.plan import Plan, Turn
from detector.bench.engines.variants import Model, environment, title
from detector.bench.live import Course, live
from detector.bench.messages import messages
from detector.bench.progress import Steps
from detector.bench.stand import broker


def measure(
    plan: Plan,
    commands: Mapping[Model, Sequence[str]],
    settings: Mapping[str, str],
    bootstrap: str | None,
) -> list[Measured]:
    """Every turn of the plan; `commands` start a worker with each model, `settings` are environment variables for all.

    Without `bootstrap` a local Kafka is started, and is gone when this returns or raises, as every worker is.
    """
    turns = list(plan.turns())
    with Steps(len(turns)) as steps:
        steps.begin("broker")
        with broker(bootstrap, steps.note) as address:
            return [_take(plan, turn, commands, settings, address, steps) for turn in turns]


def _take(
    plan: Plan,
    turn: Turn,
    commands: Mapping[Model, Sequence[str]],
    settings: Mapping[str, str],
    bootstrap: str,
    steps: Steps,
) -> Measured:
    variant = f"{title(turn.variant, plan.take)} {turn.variant.delivery}"
    steps.begin(f"round {turn.round + 1}, model {turn.model}, {variant}")
    variables = {**settings, **environment(turn.variant, plan.take)}
    life = live(bootstrap, commands[turn.model], variables, _course(plan, turn), steps.note)
    steps.done()
    return Measured(turn, life)


def _course(plan: Plan, turn: Turn) -> Course:
    """The same for every variant: the same texts at the same times."""
    paced = {rate: plan.events(rate) for rate in plan.rates}
    seed = plan.seed + turn.round
    return Course(messages(seed, plan.words), plan.backlog[turn.model], paced, plan.arrivals, seed)
