"""What each part of the method buys: `python -m detector.training.study --corpus FILE ...`.

Every row is one small network trained from scratch with one thing changed, all on the same data and seed, judged on
the exam, on families and languages that nothing was learned of, and on real clean texts. Small on purpose: rows are to
be compared with each other, not with the shipped model.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import numpy as np
import onnxruntime as ort
import torch
import typer

from detector.training.data import Data, gather
from detector.training.encoders import load_encoder
from detector.training.examples import Example
from detector.training.graph import build_graph
from detector.training.network import LeakNetwork
from detector.training.quantize import Feed
from detector.training.recipe import RECIPES, Ablation, Distillation, Recipe, Stage
from detector.training.train import Trained, cutter, scores, train

STAGES = ("teacher", "student", "mining")
_EXAMPLES, _LAYERS, _RATE = 3_000, 3, 3e-4
_TOKENS, _RUNS = 512, 15
_CLEAN = 1000
_ALARMS = 0.01
"""Each row's threshold is the one that calls this share of the held-out real texts, so that rows compare."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; shares are of 1, `milliseconds` for one text of 512 tokens in fp32."""

    name: str
    layers: int
    width: int
    dropout: float
    examples: int
    f1: float
    recall: float
    average_precision: float
    unseen_recall: float
    alarms: float
    minutes: float
    milliseconds: float


def variants(base: Recipe, shipped: Recipe) -> Mapping[str, Recipe]:
    """The recipes to compare, by what they change."""

    def without(part: str) -> Recipe:
        return base.changed(ablation=Ablation.model_validate({part: False}))

    student = base.student
    return {
        "as a whole": base,
        "without text preparation": without("preparation"),
        "without recognisers' hints": without("hints"),
        "without look-alikes": without("lookalikes"),
        "without disguises": without("disguises"),
        "without the token head": base.changed(token_weight=0.0),
        "without pretraining on masked tokens": base.changed(pretraining=None),
        "with distillation": base.changed(
            teacher=shipped.teacher, distillation=shipped.distillation or Distillation(weight=0.5)
        ),
        "dropout 0.2": base.changed(student=student.model_copy(update={"dropout": 0.2})),
        "twice the examples": base.changed(student=student.model_copy(update={"examples": 2 * student.examples})),
        "4 layers": base.changed(student=student.model_copy(update={"layers": 4})),
        "6 layers": base.changed(student=student.model_copy(update={"layers": 6})),
    }


def study(
    corpus: Annotated[list[Path] | None, typer.Option(help="As given to `detector train`.")] = None,
    runs: Annotated[Path, typer.Option(help="Folder of the shipped model's checkpoints; they are taken up.")] = Path(
        "runs/distilbert-leaks"
    ),
    out: Annotated[Path, typer.Option(help="Gets a JSON line for each row, and a Markdown table beside it.")] = Path(
        "runs/study.jsonl"
    ),
    only: Annotated[list[str] | None, typer.Option(help="These rows only.")] = None,
) -> None:
    """Train every variant and write its row."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    shipped = Recipe.read(RECIPES / "leaks.toml")
    rates = shipped.student.rates.model_copy(update={"encoder": _RATE})
    size = {"layers": _LAYERS, "rounds": 1, "examples": _EXAMPLES, "rates": rates}
    base = shipped.changed(
        student=shipped.student.model_copy(update=size), teacher=None, distillation=None, mining=None
    )
    data = gather(shipped, corpus or [])
    for name in STAGES:
        if (runs / f"{name}.pt").exists() and (not only or name in only):
            _note(measured(f"shipped {name}", stage_of(shipped, name), taken_up(shipped, name, runs), data, 0.0), out)
    for name, recipe in variants(base, shipped).items():
        if only and name not in only:
            continue
        folder = out.parent / "study" / name.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        for stage in ("pretraining.pt", "teacher.pt"):
            if (runs / stage).exists() and not (folder / stage).exists():
                (folder / stage).symlink_to((runs / stage).absolute())
        start = perf_counter()
        trained = train(recipe, data, folder, resume=True)
        _note(measured(name, recipe.student, trained, data, (perf_counter() - start) / 60), out)


def stage_of(recipe: Recipe, name: str) -> Stage:
    """The stage whose checkpoint is called `name`."""
    return recipe.student if name != "teacher" or recipe.teacher is None else recipe.teacher


def taken_up(recipe: Recipe, name: str, runs: Path) -> Trained:
    """A network of the shipped recipe as its stage left it."""
    stage = stage_of(recipe, name)
    encoder, tokenizer = load_encoder(stage.encoder, stage.layers)
    network = LeakNetwork(encoder)
    network.load_state_dict(torch.load(runs / f"{name}.pt", weights_only=True, map_location="cpu")["network"])
    return Trained(network, cutter(recipe, tokenizer), {})


def _note(row: Row, out: Path) -> None:
    """Adds the row to `out`, and rewrites the table of all its rows beside it."""
    log.info("%s", row)
    with out.open("a") as file:
        file.write(json.dumps(asdict(row)) + "\n")
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([str(value) for value in each.values()] for each in rows)]
    text = "\n".join("| " + " | ".join(cell.replace("_", " ") for cell in line) + " |" for line in lines)
    out.with_suffix(".md").write_text(text + "\n", encoding="utf-8")


def measured(name: str, stage: Stage, trained: Trained, data: Data, minutes: float) -> Row:
    """How good the network of a stage is at its own threshold."""
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
        f1=round(2 * hits / max(1, int(called.sum() + truth.sum())), 4),
        recall=round(hits / max(1, int(truth.sum())), 4),
        average_precision=round(average_precision(exam, truth), 4),
        unseen_recall=round(_recall(unseen, data.unseen, threshold), 4),
        alarms=round(float((clean > threshold).mean()), 4),
        minutes=round(minutes, 1),
        milliseconds=round(1000 * seconds(trained), 1),
    )


def average_precision(values: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> float:
    """The mean of the precisions at each leak, texts ordered by score: the area under the precision-recall curve."""
    ordered = truth[np.argsort(-values, kind="stable")]
    precisions = np.cumsum(ordered) / np.arange(1, len(ordered) + 1)
    return float(precisions[ordered].mean()) if ordered.any() else 0.0


def seconds(trained: Trained) -> float:
    """The median time of the network as an fp32 graph on one text of 512 tokens."""
    model = build_graph(trained.network.eval()).SerializeToString()
    session = ort.InferenceSession(model, providers=["CPUExecutionProvider"])
    feed: Feed = {"input_ids": np.random.default_rng(1).integers(1000, 20_000, (1, _TOKENS))}
    times = []
    for _ in range(_RUNS):
        start = perf_counter()
        session.run(None, feed)
        times.append(perf_counter() - start)
    return float(np.median(times))


def _recall(values: np.ndarray[Any, Any], texts: Sequence[Example], threshold: float) -> float:
    leaks = np.array([text.leak for text in texts], bool)
    return float((values[leaks] > threshold).mean()) if leaks.any() else 0.0


if __name__ == "__main__":
    torch.manual_seed(0)
    typer.run(study)
