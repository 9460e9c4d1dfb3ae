"""The run from start to end."""

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from detector.bench.interpreters import libraries
from detector.bench.model.asking import Asked
from detector.bench.model.candidates import LIBRARIES, MEASURES_LIMIT, Candidate, Kernel, Model, Subject, subjects
from detector.bench.model.made import bundle_in
from detector.bench.model.plan import Plan, Size
from detector.bench.progress import Steps
from detector.bench.texts import Places, text_of

_SPECIAL_TOKENS = 2
_LIMIT_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Place:
    """Where models and programs are. `folders` lacks a model that cannot be had."""

    folders: Mapping[Model, Path]
    pythons: Sequence[Path]
    threads: int


@dataclass(frozen=True, slots=True)
class Times:
    """One subject's at one size in one round; `peak_bytes` is the most memory its process had up to then."""

    wall_ms: Sequence[float]
    cpu_ms: Sequence[float]
    peak_bytes: int


@dataclass(slots=True)
class Measured:
    """What was taken, by round.

    `rates` are operations per second, empty where the limit cannot be measured here; `shares` are those of the parts of a
    run of the default backend.
    """

    times: dict[tuple[Subject, Size, int], Times] = field(default_factory=dict)
    rates: list[Mapping[Kernel, float]] = field(default_factory=list)
    shares: dict[Model, Mapping[str, float]] = field(default_factory=dict)


def startable(plan: Plan, place: Place) -> dict[Subject, Path]:
    """The first Python that has the libraries of each of the plan's subjects; one that none has them for is left out."""
    asked = {"detector", *(name for names in LIBRARIES.values() for name in names)}
    has = {python: libraries(python, asked) for python in place.pythons}

    def first(candidate: Candidate) -> Path | None:
        needed = {"detector", *LIBRARIES[candidate]}
        return next((python for python in place.pythons if needed <= has[python]), None)

    pythons = {candidate: first(candidate) for candidate in plan.candidates}
    return {
        subject: python
        for subject in subjects(plan.models, plan.candidates)
        if subject.model in place.folders and (python := pythons[subject.candidate]) is not None
    }


def measure(plan: Plan, place: Place, started: Mapping[Subject, Path], places: Places) -> Measured:
    """Every size of every round with every subject, and the limit in every round.

    All processes are there from start to end, but one alone is at work. They are gone when this returns or raises.
    """
    measured = Measured()
    with TemporaryDirectory() as folder, Steps(plan.rounds + 2) as steps, ExitStack() as stack:
        texts = Path(folder) / "texts.json"
        texts.write_text(json.dumps(_texts(plan, places)))
        steps.begin("loading")
        loaded: dict[Subject, Asked] = {}
        for subject, python in started.items():
            steps.note(f"{subject.model}, {subject.candidate}")
            loaded[subject] = stack.enter_context(_serving(subject, python, place, texts))
            # One after the other, as loading takes all cores and several copies of the weights.
            loaded[subject].ready()
        limit = _limit(place)
        if limit is not None:
            stack.enter_context(limit).ready()
        steps.done()
        for number in range(plan.rounds):
            steps.begin(f"round {number + 1}")
            _round(plan, number, loaded, limit, measured, steps)
            steps.done()
        steps.begin("where the time goes")
        measured.shares = _shares(place, started)
        steps.done()
    return measured


def _round(
    plan: Plan, number: int, loaded: Mapping[Subject, Asked], limit: Asked | None, measured: Measured, steps: Steps
) -> None:
    if limit is not None:
        steps.note("the limit")
        rates = limit.ask({"seconds": _LIMIT_SECONDS})["rates"]
        measured.rates.append({Kernel(name): rate for name, rate in rates.items()})
    for size in plan.sizes(number):
        for subject, process in loaded.items():
            steps.note(f"{size.batch} x {size.tokens} tokens, {subject.model}, {subject.candidate}")
            small = plan.is_small(size)
            question = {
                **size._asdict(),
                "seconds": plan.seconds if small else 0.0,
                "beforehand": small and number == 0,
            }
            measured.times[subject, size, number] = Times(**process.ask(question))


def _serving(subject: Subject, python: Path, place: Place, texts: Path) -> Asked:
    arguments = [*subject, str(place.folders[subject.model]), str(place.threads), str(texts)]
    return Asked(python, "serving", arguments, place.threads)


def _shares(place: Place, started: Mapping[Subject, Path]) -> dict[Model, Mapping[str, float]]:
    found = {}
    for (model, candidate), python in started.items():
        if candidate is Candidate.ONNXRUNTIME:
            arguments = [str(bundle_in(place.folders[model], model)), str(place.threads)]
            with Asked(python, "shares", arguments, place.threads) as process:
                process.ready()
                found[model] = process.ask({})["shares"]
    return found


def _limit(place: Place) -> Asked | None:
    needed = {"detector", *MEASURES_LIMIT}
    python = next((each for each in place.pythons if libraries(each, needed) == needed), None)
    return None if python is None else Asked(python, "limit", [str(place.threads)], place.threads)


def _texts(plan: Plan, places: Places) -> dict[int, list[str]]:
    """By tokens, the special ones counted; the same for everyone who takes texts."""
    random = Random(plan.seed)
    return {
        tokens: [text_of(random, tokens - _SPECIAL_TOKENS, places) for _ in range(max(plan.batches))]
        for tokens in plan.tokens
    }
