"""The models by turns on the same texts, and on the same test set."""

import time
from collections.abc import Iterator, Mapping, Sequence

from detector.bench.progress import Steps
from detector.bench.table.contenders import Contender
from detector.bench.table.plan import Plan
from detector.evaluation.exam import Group
from detector.evaluation.judging import judged
from detector.evaluation.results import Result, result_of

Rounds = list[list[float]]
"""The ms of each text, round by round."""


def latencies(plan: Plan, contenders: Sequence[Contender], texts: Iterator[str], steps: Steps) -> Mapping[str, Rounds]:
    """How long each model takes for a text, alone on the machine's cores; by title.

    All models of a round judge the same texts, one model after the other, and another begins in the next round. The
    first text of a turn is not counted: the others' weights have to leave the cache.
    """
    taken: dict[str, Rounds] = {each.title: [] for each in contenders}
    for number in range(plan.rounds):
        steps.begin(f"latency, round {number + 1} of {plan.rounds}")
        warm, *block = [next(texts) for _ in range(1 + plan.block)]
        first = number % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            steps.note(contender.title)
            contender.judge(warm)
            taken[contender.title].append([_milliseconds(contender, text) for text in block])
        steps.done()
    return taken


def accuracies(contenders: Sequence[Contender], group: Group, steps: Steps) -> Mapping[str, Result]:
    """How each model that was taught does on the same test set, by title."""
    steps.begin(f"accuracy on {len(group.rows)} texts")
    results = {}
    for contender in contenders:
        if contender.thresholds is not None:
            steps.note(contender.title)
            judgements = judged(group.rows, contender.judge)
            results[contender.title] = result_of(contender.title, group, judgements, contender.thresholds)
    steps.done()
    return results


def _milliseconds(contender: Contender, text: str) -> float:
    begun = time.perf_counter()
    contender.judge(text)
    return 1000 * (time.perf_counter() - begun)
