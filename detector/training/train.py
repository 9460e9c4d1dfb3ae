"""The stages of a run: the encoder is pretrained, the teacher learns, the student learns from both labels and teacher."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from detector.model.encoding import TextEncoder
from detector.training.batches import bucket
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.encoders import load_encoder, thinned
from detector.training.examples import Example
from detector.training.loop import run
from detector.training.network import LeakNetwork, joint_loss, pad, taught_loss
from detector.training.pretrain import pretrain
from detector.training.recipe import Mining, Recipe, Stage
from detector.training.trainer import Trainer, halves
from detector.training.windows import Cutter, Window, hint_tokens

_JUDGED_TOGETHER = 32
_LOOKED_AT = 1000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trained:
    """A network and how its texts are cut."""

    network: LeakNetwork
    cutter: Cutter
    hints: dict[str, str]


def train(recipe: Recipe, data: Data, folder: Path, device: str = "cpu", *, resume: bool) -> Trained:
    """All stages; each leaves its checkpoint in `folder` and goes on from it when `resume` is set."""
    encoder, tokenizer = load_encoder(recipe.student.encoder)
    if recipe.pretraining is not None:
        texts = [row for row in data.corpora if not row.leak]
        pretrain(encoder, tokenizer, texts, recipe, folder / "pretraining.pt", device, resume=resume)
    encoder = thinned(encoder, recipe.student.layers or encoder.config.n_layers)
    teacher = taught_teacher(recipe, data, tokenizer, folder / "teacher.pt", device, resume=resume)
    torch.manual_seed(recipe.seed)
    student = LeakNetwork(encoder, recipe.student.dropout)
    path = folder / "student.pt"
    trained = learn(student, recipe.student, recipe, data, tokenizer, path, device, teacher, resume=resume)
    if recipe.mining is not None:
        learn_from_mistakes(trained, recipe.mining, recipe, data, folder / "mining.pt", device, resume=resume)
    return trained


def taught_teacher(
    recipe: Recipe, data: Data, tokenizer: Tokenizer, path: Path, device: str, *, resume: bool
) -> LeakNetwork | None:
    """The recipe's teacher, trained or, where `path` holds it trained, taken up; None for a recipe without one."""
    if recipe.teacher is None:
        return None
    pretrained, vocabulary = load_encoder(recipe.teacher.encoder, recipe.teacher.layers)
    if vocabulary.get_vocab() != tokenizer.get_vocab():
        raise ValueError("teacher and student must share a vocabulary: their tokens are compared one by one")
    torch.manual_seed(recipe.seed)
    teacher = LeakNetwork(pretrained, recipe.teacher.dropout)
    learn(teacher, recipe.teacher, recipe, data, tokenizer, path, device, resume=resume)
    teacher.train(mode=False)
    return teacher


def learn(  # noqa: PLR0913 - one stage, described by its parts
    network: LeakNetwork,
    stage: Stage,
    recipe: Recipe,
    data: Data,
    tokenizer: Tokenizer,
    path: Path,
    device: str,
    teacher: LeakNetwork | None = None,
    *,
    resume: bool,
) -> Trained:
    """Trains one network on examples composed anew each round."""
    identity = identity_of(recipe, stage, taught=teacher is not None)
    trainer = Trainer(network, stage.rates, identity, recipe.seed, device)
    trained = Trained(network, cutter(recipe, tokenizer), hints_of(recipe, tokenizer))
    composer = Composer(data.seeds, data.corpora, recipe)

    def batches_of(round_: int) -> Sequence[Sequence[Window]]:
        examples = composer.compose(stage.examples, recipe.seed + round_)
        return bucket(trained.cutter.cut(examples), recipe.tokens_per_batch, recipe.seed + round_)

    def loss(windows: Sequence[Window]) -> Tensor:
        batch = {name: tensor.to(device) for name, tensor in pad(windows).items()}
        answers = network(batch["input_ids"], batch["attention_mask"])
        value = joint_loss(answers, batch, recipe.token_weight)
        if teacher is None or recipe.distillation is None:
            return value
        with torch.no_grad():
            lesson = teacher(batch["input_ids"], batch["attention_mask"])
        weight = recipe.distillation.weight
        taught = taught_loss(answers, lesson, batch["tags"], recipe.distillation.temperature)
        return (1 - weight) * value + weight * taught

    def look() -> str:
        return judge(trained, data, device)

    run(trainer, stage.rounds, batches_of, loss, path, resume=resume, look=look)
    return trained


def learn_from_mistakes(
    trained: Trained, plan: Mining, recipe: Recipe, data: Data, path: Path, device: str, *, resume: bool
) -> None:
    """Shows a trained network the clean texts of corpora and seeds that it calls, among examples of the usual kind."""
    network = trained.network
    identity = identity_of(recipe, recipe.student, taught=True) | {"mining": plan.model_dump()}
    trainer = Trainer(network, plan.rates, identity, recipe.seed, device)
    clean = [row for row in data.corpora if not row.leak]
    written = [seed for seed in data.seeds if not seed.leak]

    def batches_of(_: int) -> Sequence[Sequence[Window]]:
        drawn = [*Random(recipe.seed).sample(clean, min(plan.rows, len(clean))), *written]
        called = [row for row, score in zip(drawn, scores(trained, drawn, device), strict=True) if score > plan.margin]
        log.info("%d of %d clean texts are called", len(called), len(drawn))
        composed = Composer(data.seeds, data.corpora, recipe).compose(plan.examples, recipe.seed - 2)
        windows = trained.cutter.cut([*composed, *called * plan.repeats])
        return bucket(windows, recipe.tokens_per_batch, recipe.seed - 2)

    def loss(windows: Sequence[Window]) -> Tensor:
        batch = {name: tensor.to(device) for name, tensor in pad(windows).items()}
        return joint_loss(network(batch["input_ids"], batch["attention_mask"]), batch, recipe.token_weight)

    run(trainer, 1, batches_of, loss, path, resume=resume, look=lambda: judge(trained, data, device))


def cutter(recipe: Recipe, tokenizer: Tokenizer) -> Cutter:
    """How a recipe cuts its texts."""
    encoder = TextEncoder(tokenizer, hints_of(recipe, tokenizer))
    return Cutter(encoder, tokenizer, recipe.window, recipe.overlap, recipe.ablation.preparation)


def judge(trained: Trained, data: Data, device: str = "cpu") -> str:
    """Precision and recall at even odds on the held-out seeds, and the share of real clean texts called leaks."""
    clean = data.dev_clean[:_LOOKED_AT]
    said = [score > 0 for score in scores(trained, [*data.dev_seeds, *clean], device)]
    hits = sum(seed.leak and leak for seed, leak in zip(data.dev_seeds, said, strict=False))
    leaks, calls = sum(seed.leak for seed in data.dev_seeds), sum(said[: len(data.dev_seeds)])
    return (
        f"precision {hits / max(1, calls):.3f}, recall {hits / max(1, leaks):.3f} on {len(data.dev_seeds)} held-out "
        f"seeds; {sum(said[len(data.dev_seeds) :])} alarms on {len(clean)} real clean texts"
    )


def scores(trained: Trained, examples: Sequence[Example], device: str = "cpu") -> list[float]:
    """For each text the strongest window's leak logit over its clean logit."""
    best = [float("-inf")] * len(examples)
    owned = [(i, window) for i, example in enumerate(examples) for window in trained.cutter.windows(example)]
    each = window_scores(trained.network, [window for _, window in owned], device)
    for (i, _), score in zip(owned, each, strict=True):
        best[i] = max(best[i], score)
    return best


@torch.no_grad()
def window_scores(network: LeakNetwork, windows: Sequence[Window], device: str = "cpu") -> list[float]:
    """For each window its leak logit over its clean logit."""
    network.eval()
    found = [0.0] * len(windows)
    order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
    for start in range(0, len(order), _JUDGED_TOGETHER):
        part = order[start : start + _JUDGED_TOGETHER]
        batch = {name: tensor.to(device) for name, tensor in pad([windows[i] for i in part]).items()}
        with torch.autocast(device, torch.bfloat16, enabled=halves(device)):
            logits, _ = network(batch["input_ids"], batch["attention_mask"])
        for i, score in zip(part, (logits[:, 1] - logits[:, 0]).float().tolist(), strict=True):
            found[i] = score
    return found


def identity_of(recipe: Recipe, stage: Stage, *, taught: bool) -> dict[str, Any]:
    """What makes a stage's weights: a teacher does not depend on its student, nor on how the encoder was pretrained."""
    members = recipe.changed(student=stage).as_dict()
    ignored = {"name", "mining", "feedback", "further", "first"} | (
        set() if taught else {"teacher", "distillation", "pretraining"}
    )
    return {name: value for name, value in members.items() if name not in ignored}


def hints_of(recipe: Recipe, tokenizer: Tokenizer) -> dict[str, str]:
    """The token that stands before a finding of each kind; none for a recipe that leaves hints out."""
    return hint_tokens(tokenizer) if recipe.ablation.hints else {}
