"""What each part of the method buys: `python -m detector.training.study --corpus FILE ...`.

Every row is one small network trained from a pretrained encoder with one thing changed, all on the same data and seed,
judged on the exam, on families and languages that nothing was learned of, and on real clean texts. Small on purpose:
rows are to be compared with each other, not with the shipped model. "as a whole" is trained with other seeds too: what
those differ by is chance. Rows may be divided among processes by `--only`; `python -m detector.training.latencies` times
the sizes by turns, once no row is being trained.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time
from typing import Annotated, Any

import numpy as np
import torch
import typer

from detector.model.bundle import load_bundle
from detector.training.data import Data, gather
from detector.training.encoders import load_encoder
from detector.training.examples import Example
from detector.training.network import LeakNetwork
from detector.training.recipe import RECIPES, Ablation, Distillation, Recipe, Stage
from detector.training.revived import revived
from detector.training.train import Trained, learn, scores, train

WHOLE, TEACHER, TAUGHT = "as a whole", "12 layers, the teacher's", "taught by the shipped model"
SHIPPED = "the shipped model"
_EXAMPLES, _LAYERS, _RATE = 6_000, 3, 3e-4
_CHANCES = 2
_MASKED_TOKENS = 500_000
_CLEAN = 1000
_ALARMS = 0.01
"""Each row's threshold is the one that calls this share of the held-out real texts, so that rows compare."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; shares are of 1, `minutes` those of the processor for training and judging.

    Of the shipped model, which learned in several stages, neither steps nor minutes are known, and the examples are
    the student's alone.
    """

    name: str
    layers: int
    width: int
    dropout: float
    examples: int
    steps: int
    f1: float
    recall: float
    average_precision: float
    unseen_recall: float
    alarms: float
    minutes: float


def base_of(shipped: Recipe, examples: int) -> Recipe:
    """The recipe that every row changes one thing of: the shipped one's student, small and taught by labels alone."""
    rates = shipped.student.rates.model_copy(update={"encoder": _RATE})
    size = {"layers": _LAYERS, "rounds": 1, "examples": examples, "rates": rates}
    student = shipped.student.model_copy(update=size)
    return shipped.changed(student=student, teacher=None, distillation=None, pretraining=None, mining=None)


def variants(base: Recipe, shipped: Recipe) -> Mapping[str, Recipe]:
    """The recipes to compare, by what they change."""
    student = base.student

    def without(part: str) -> Recipe:
        return base.changed(ablation=Ablation.model_validate({part: False}))

    def size(**members: Any) -> Recipe:
        return base.changed(student=student.model_copy(update=members))

    # At its own rate: at the others' twelve layers learn nothing in so few steps.
    teacher = _teacher_of(shipped).model_copy(update={"rounds": student.rounds, "examples": student.examples})
    chances = {f"{WHOLE}, seed {n}": base.changed(seed=base.seed + n) for n in range(1, _CHANCES + 1)}
    masked = shipped.pretraining and shipped.pretraining.model_copy(update={"tokens": _MASKED_TOKENS})
    return {
        WHOLE: base,
        **chances,
        "without text preparation": without("preparation"),
        "without recognisers' hints": without("hints"),
        "without look-alikes": without("lookalikes"),
        "without disguises": without("disguises"),
        "without the token head": base.changed(token_weight=0.0),
        "after pretraining on masked tokens": base.changed(pretraining=masked),
        "dropout 0.2": size(dropout=0.2),
        "twice the examples": size(examples=2 * student.examples),
        "4 layers": size(layers=4),
        "6 layers": size(layers=6),
        TEACHER: base.changed(student=teacher),
        TAUGHT: base.changed(teacher=teacher, distillation=shipped.distillation or Distillation(weight=0.5)),
    }


def _teacher_of(shipped: Recipe) -> Stage:
    return shipped.teacher or shipped.student


def study(
    corpus: Annotated[list[Path] | None, typer.Option(help="As given to `detector train`.")] = None,
    out: Annotated[Path, typer.Option(help="Gets a JSON line for each row, and a Markdown table beside it.")] = Path(
        "runs/study.jsonl"
    ),
    only: Annotated[list[str] | None, typer.Option(help="These rows only.")] = None,
    bundle: Annotated[Path, typer.Option(help="Whose model has the last row.")] = Path("models/distilbert-leaks"),
    examples: Annotated[int, typer.Option(min=1, help="Composed for each row, unless it says otherwise.")] = _EXAMPLES,
) -> None:
    """Train every variant and write its row; one whose training was cut off goes on where it stood."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    shipped = Recipe.read(RECIPES / "leaks.toml")
    rows = variants(base_of(shipped, examples), shipped)
    if unknown := set(only or ()) - {*rows, SHIPPED}:
        raise typer.BadParameter(
            f"no such row: {', '.join(sorted(unknown))}. There are: {'; '.join((*rows, SHIPPED))}."
        )
    data = gather(shipped, corpus or [])
    for name, recipe in rows.items():
        if only and name not in only:
            continue
        folder = folder_of(out, name)
        folder.mkdir(parents=True, exist_ok=True)
        start = process_time()
        trained = taught(bundle, recipe, data, folder) if recipe.teacher else train(recipe, data, folder, resume=True)
        steps = torch.load(folder / "student.pt", weights_only=True)["steps"]
        note(measured(name, recipe.student, steps, trained, data, start), out)
    if not only or SHIPPED in only:
        note(measured(SHIPPED, shipped.student, 0, revived(load_bundle(bundle), shipped), data, process_time()), out)


def folder_of(out: Path, name: str) -> Path:
    """Where a row's checkpoints are."""
    return out.parent / out.stem / name.replace(" ", "-").replace(",", "").replace("'", "")


def taught(bundle: Path, recipe: Recipe, data: Data, folder: Path) -> Trained:
    """The recipe's student, taught by the bundle's model in place of the recipe's teacher, which takes an hour to train."""
    teacher = revived(load_bundle(bundle), recipe)
    encoder, tokenizer = load_encoder(recipe.student.encoder, recipe.student.layers)
    torch.manual_seed(recipe.seed)
    student = LeakNetwork(encoder, recipe.student.dropout)
    path = folder / "student.pt"
    return learn(student, recipe.student, recipe, data, tokenizer, path, "cpu", teacher.network, resume=True)


def note(row: Row, out: Path) -> None:
    """Adds the row to `out`, and rewrites the table of all its rows beside it."""
    log.info("%s", row)
    with out.open("a") as file:
        file.write(json.dumps(asdict(row)) + "\n")
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([str(value) for value in each.values()] for each in rows)]
    text = "\n".join("| " + " | ".join(cell.replace("_", " ") for cell in line) + " |" for line in lines)
    out.with_suffix(".md").write_text(text + "\n", encoding="utf-8")


def measured(name: str, stage: Stage, steps: int, trained: Trained, data: Data, start: float) -> Row:
    """How good the network of a stage is at its own threshold; `start` is the processor time at which its training began."""
    clean = np.array(scores(trained, data.dev_clean[:_CLEAN]))
    threshold = float(np.quantile(clean, 1 - _ALARMS))
    exam, unseen = np.array(scores(trained, data.exam)), np.array(scores(trained, data.unseen))
    truth = np.array([text.leak for text in data.exam])
    called = exam > threshold
    hits = int((called & truth).sum())
    return Row(
        name,
        trained.network.encoder.config.n_layers,
        trained.network.encoder.config.dim,
        stage.dropout,
        stage.rounds * stage.examples,
        steps,
        f1=round(2 * hits / max(1, int(called.sum() + truth.sum())), 4),
        recall=round(hits / max(1, int(truth.sum())), 4),
        average_precision=round(average_precision(exam, truth), 4),
        unseen_recall=round(_recall(unseen, data.unseen, threshold), 4),
        alarms=round(float((clean > threshold).mean()), 4),
        minutes=round((process_time() - start) / 60, 1),
    )


def average_precision(values: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> float:
    """The mean of the precisions at each leak, texts ordered by score: the area under the precision-recall curve."""
    ordered = truth[np.argsort(-values, kind="stable")]
    precisions = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(precisions[ordered].mean()) if ordered.any() else 0.0


def _recall(values: np.ndarray[Any, Any], texts: Sequence[Example], threshold: float) -> float:
    leaks = np.array([text.leak for text in texts], bool)
    return float((values[leaks] > threshold).mean()) if leaks.any() else 0.0


if __name__ == "__main__":
    torch.manual_seed(0)
    typer.run(study)
