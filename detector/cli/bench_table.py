"""`detector bench table`: the article's tables with our models in them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from detector.bench.mixes import SPECIAL_TOKENS
from detector.bench.progress import Steps
from detector.bench.table.contenders import Contender
from detector.bench.table.plan import FULL, QUICK, Plan
from detector.bench.texts import text_of
from detector.cli.bench_parts import Taken, places_for, variables_of
from detector.cli.exits import interrupts_end_in_order
from detector.cli.labelled import labelled_rows
from detector.cli.models import default_bundle
from detector.cli.options import with_settings
from detector.evaluation import Group, Unseen, own_groups, scorer_judge
from detector.evaluation.extras import require
from detector.model.backends import BackendName
from detector.model.bundle import Bundle, load_bundle
from detector.model.onnx_scorer import OnnxScorer
from detector.model.threads import usable_cpus
from detector.settings import Settings

_SERVED = {BackendName.ONNXRUNTIME: "int8, ONNX Runtime", BackendName.OPENVINO: "int8, OpenVINO"}
"""Of distilbert-base."""
_STAGED = "int8, first stage"
"""The same model where its first stage clears what is plainly clean."""


@with_settings("bundle", "backend", "threads")
def table(  # noqa: PLR0913 - flags are arguments
    settings: Settings,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="A minute and a half instead of six, on fewer samples.")
    ] = False,
    teacher: Annotated[
        Path | None, typer.Option(help="Folder of a training run that holds teacher.pt; else random weights.")
    ] = None,
    student: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a training run that holds mining.pt or student.pt; else the int8 weights as floats."
        ),
    ] = None,
    test: Annotated[
        list[Path] | None,
        typer.Option(help="Labelled texts as `detector evaluate` reads them; else the exam. May be given again."),
    ] = None,
    texts: Annotated[
        Path | None, typer.Option(help="Real texts as JSON lines, also gzipped; else the project's clean listings.")
    ] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="Turns of each model.")] = None,
    block: Annotated[int | None, typer.Option(min=1, help="Texts of each turn.")] = None,
    reviews: Annotated[int | None, typer.Option(min=1, help="Texts for the naive loops and `detector score`.")] = None,
    seed: Annotated[int, typer.Option(help="Of the texts.")] = FULL.seed,
    json: Annotated[Path | None, typer.Option(help="Also write the figures to this file.")] = None,
    png: Annotated[Path | None, typer.Option(help="Also draw the tables into this file.")] = None,
) -> None:
    """The article's tables with our models in them, and 1,000 texts before and after.

    Size, tp90, tp99, average, throughput and accuracy of the teacher, the student in PyTorch, the student under ONNX
    Runtime, and the shipped int8 model on each backend: by turns on the same texts of 512 tokens, and on one test set.
    Then 1,000 texts through a Transformers pipeline, as one would write it first, and through `detector score`.

    Needs PyTorch (extra `train`). Leave the machine alone meanwhile.
    """
    for module in ("torch", "transformers", "onnx"):
        require(module, "the bench", extra="train")
    if png is not None:
        require("matplotlib", "the picture", extra="bench")
    base = QUICK if quick else FULL
    plan = replace(
        base,
        rounds=rounds or base.rounds,
        block=block or base.block,
        reviews=reviews or base.reviews,
        seed=seed,
    )
    with interrupts_end_in_order():
        _table(plan, settings, teacher, student, _group(test or (), plan), _reviews(texts, plan), json, png)


def _table(
    plan: Plan,
    settings: Settings,
    teacher: Path | None,
    student: Path | None,
    group: Group,
    reviews: Sequence[str],
    json: Path | None,
    png: Path | None,
) -> None:
    from detector.bench.peers.hf_pipeline import BASE_SHAPE, SHAPE, pipeline_judge  # noqa: PLC0415 - an extra
    from detector.bench.table.figures import Table, bars, rows  # noqa: PLC0415
    from detector.bench.table.reviews import naive, score  # noqa: PLC0415
    from detector.bench.table.run import accuracies, latencies  # noqa: PLC0415
    from detector.bench.table.show import show  # noqa: PLC0415

    taken = Taken("table")
    bundle = load_bundle(settings.bundle or default_bundle())
    with Steps(plan.steps) as steps:
        with _contenders(bundle, settings, teacher, student) as contenders:
            times = latencies(plan, contenders, _listings(plan, settings), steps)
            results = accuracies(contenders, group, steps)
        loops = []
        shapes = {
            "pipeline, our shape": (SHAPE, plan.sample),
            "pipeline, DistilBERT-base": (BASE_SHAPE, plan.large_sample),
        }
        for title, (shape, sample) in shapes.items():
            steps.begin(title)
            judge = pipeline_judge(bundle.path, shape)
            loops.append(naive(title, lambda text, judge=judge: judge([text]), reviews, sample))  # type: ignore[misc]
            steps.done()
        steps.begin("detector score")
        with TemporaryDirectory(prefix="detector-reviews-") as folder:
            scored = score(reviews, variables_of(settings), plan.score_rounds, Path(folder))
        steps.done()
    result = Table(rows(contenders, times, results), loops, scored)
    reached = bars(result, _SERVED.get(settings.backend, _SERVED[BackendName.ONNXRUNTIME]))
    console = Console()
    show(result, plan, list(_notes(teacher, student, group)), reached, taken.surroundings, console)
    taken.keep(json, plan.as_json(), result.as_json(), reached, console)
    if png is not None:
        from detector.bench.table.plots import table_plot  # noqa: PLC0415 - an extra

        table_plot(result, png)
        console.print(f"picture: {png}", soft_wrap=True)


@contextmanager
def _contenders(
    bundle: Bundle, settings: Settings, teacher: Path | None, student: Path | None
) -> Iterator[list[Contender]]:
    from detector.training.rivals import rivals  # noqa: PLC0415 - an extra

    threads = settings.threads or usable_cpus()
    size = bundle.model_file.stat().st_size
    with rivals(bundle, threads, teacher, student) as others:
        shipped = [
            Contender(
                title,
                size,
                scorer_judge(OnnxScorer(bundle, threads, backend, first_stage=False)),
                bundle.card.thresholds,
            )
            for backend, title in _SERVED.items()
            if find_spec(backend.value) is not None
        ]
        if bundle.manifest.firstStage is not None:
            staged = scorer_judge(OnnxScorer(bundle, threads))
            shipped.append(Contender(_STAGED, size, staged, bundle.card.thresholds))
        yield [
            *(
                Contender(
                    each.title,
                    each.size,
                    scorer_judge(each.scorer),
                    each.scorer.card.thresholds if each.taught else None,
                )
                for each in others
            ),
            *shipped,
        ]


def _listings(plan: Plan, settings: Settings) -> Iterator[str]:
    random, places = Random(plan.seed), places_for(settings)
    while True:
        yield text_of(random, plan.tokens - SPECIAL_TOKENS, places)


def _group(files: Sequence[Path], plan: Plan) -> Group:
    if not files:
        from detector.training.seeds import read_seeds  # noqa: PLC0415 - other commands start without training

        exam = own_groups(read_seeds(), Unseen())[0]
        return replace(exam, rows=exam.rows[:: plan.every])
    return Group("named", labelled_rows(files))


def _reviews(file: Path | None, plan: Plan) -> Sequence[str]:
    from detector.bench.own_texts import read_texts  # noqa: PLC0415
    from detector.bench.table.texts import chosen  # noqa: PLC0415

    if file is None:
        from detector.training.seeds import read_seeds  # noqa: PLC0415 - other commands start without training

        found = [seed.text for seed in read_seeds() if seed.kind == "listing" and not seed.leak]
    else:
        found = read_texts(file)
    return chosen(found, plan.reviews, plan.seed)


def _notes(teacher: Path | None, student: Path | None, group: Group) -> Iterator[str]:
    yield f"The test set: {len(group.rows)} texts, {'the exam' if group.own else 'the files named'}."
    if teacher is None:
        yield "The teacher's weights are not shipped: these are random ones of its shape, so it has no accuracy (--teacher)."
    else:
        yield "The teacher judges at even odds: its training run does not calibrate it."
    if student is None:
        yield "The student in fp32 is the shipped graph with its int8 weights written as floats (--student)."
