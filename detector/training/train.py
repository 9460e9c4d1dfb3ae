"""The training loop: compose a round, cut it into windows, step through its batches, look at the dev texts."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from tokenizers import Tokenizer
from transformers import DistilBertModel

from detector.training.batches import bucket
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.examples import Example
from detector.training.network import LeakNetwork, pad
from detector.training.recipe import Recipe
from detector.training.trainer import Trainer
from detector.training.windows import Window, label_windows

CHECKPOINT = "checkpoint.pt"
_SAVE_EVERY = 200
_JUDGED_TOGETHER = 32

_Tell = Callable[[float], None]

log = logging.getLogger(__name__)


def fit(trainer: Trainer, data: Data, tokenizer: Tokenizer, folder: Path, *, resume: bool) -> None:
    """Trains to the end of the recipe, going on from the checkpoint in `folder` when `resume` is set."""
    recipe, path = trainer.recipe, folder / CHECKPOINT
    round_, batch = trainer.load(path) if resume and path.exists() else (0, 0)
    composer = Composer(data.seeds, data.corpora)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        while round_ < recipe.rounds:
            task = progress.add_task(f"round {round_ + 1}: composing", total=None)
            examples = composer.compose(recipe.examples, recipe.seed + round_)
            windows = cut(list(examples), tokenizer, recipe)
            batches = bucket(windows, recipe.tokens_per_batch, recipe.seed + round_)
            progress.update(task, total=len(batches), completed=batch)
            _run(trainer, batches, (round_, batch), path, _teller(progress, task, round_))
            round_, batch = round_ + 1, 0
            trainer.save(path, (round_, batch))
            log.info("round %d: %s", round_, judge(trainer, data, tokenizer))


def cut(examples: Sequence[Example], tokenizer: Tokenizer, recipe: Recipe) -> list[Window]:
    """All windows of all examples."""
    return [w for example in examples for w in label_windows(example, tokenizer, recipe.window, recipe.overlap)]


def judge(trainer: Trainer, data: Data, tokenizer: Tokenizer) -> str:
    """Precision and recall at even odds on the held-out seeds, and the share of real clean texts called leaks."""
    clean = data.dev_clean[:1000]
    said = [score > 0 for score in scores(trainer, [*data.dev_seeds, *clean], tokenizer)]
    hits = sum(seed.leak and leak for seed, leak in zip(data.dev_seeds, said, strict=False))
    leaks, calls = sum(seed.leak for seed in data.dev_seeds), sum(said[: len(data.dev_seeds)])
    return (
        f"precision {hits / max(1, calls):.3f}, recall {hits / max(1, leaks):.3f} on {len(data.dev_seeds)} held-out "
        f"seeds; {sum(said[len(data.dev_seeds) :])} alarms on {len(clean)} real clean texts"
    )


def _run(trainer: Trainer, batches: list[list[Window]], place: tuple[int, int], path: Path, tell: _Tell) -> None:
    round_, first = place
    for index in range(first, len(batches)):
        loss = trainer.step(batches[index], (round_ + index / len(batches)) / trainer.recipe.rounds)
        tell(loss)
        if (index + 1) % _SAVE_EVERY == 0:
            trainer.save(path, (round_, index + 1))
            log.info("round %d, batch %d of %d: loss %.4f", round_ + 1, index + 1, len(batches), loss)


def _teller(progress: Progress, task: TaskID, round_: int) -> _Tell:
    return lambda loss: progress.update(task, advance=1, description=f"round {round_ + 1}: loss {loss:.3f}")


@torch.no_grad()
def scores(trainer: Trainer, examples: Sequence[Example], tokenizer: Tokenizer) -> list[float]:
    """For each text the strongest window's leak logit over its clean logit."""
    trainer.network.eval()
    best = [float("-inf")] * len(examples)
    owned = [(i, window) for i, example in enumerate(examples) for window in cut([example], tokenizer, trainer.recipe)]
    owned.sort(key=lambda pair: len(pair[1].ids))
    for start in range(0, len(owned), _JUDGED_TOGETHER):
        part = owned[start : start + _JUDGED_TOGETHER]
        batch = {name: tensor.to(trainer.device) for name, tensor in pad([window for _, window in part]).items()}
        with torch.autocast(trainer.device, torch.bfloat16):
            logits, _ = trainer.network(batch["input_ids"], batch["attention_mask"])
        for (i, _), score in zip(part, (logits[:, 1] - logits[:, 0]).float().tolist(), strict=True):
            best[i] = max(best[i], score)
    return best


def build(recipe: Recipe, encoder: DistilBertModel) -> LeakNetwork:
    """A network on a pretrained encoder, its heads drawn from the recipe's seed."""
    torch.manual_seed(recipe.seed)
    return LeakNetwork(encoder, recipe.dropout)
