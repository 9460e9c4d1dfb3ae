"""The very last round: a trained network hears what people said of verdicts, among examples of the usual kind."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from torch import Tensor

from detector.training.batches import bucket
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.examples import Example
from detector.training.loop import run
from detector.training.network import joint_loss, pad
from detector.training.recipe import FromFeedback, Recipe
from detector.training.train import Trained, identity_of, judge, scores, window_scores
from detector.training.trainer import Trainer
from detector.training.windows import IGNORE, Window

log = logging.getLogger(__name__)


def heed(
    trained: Trained, plan: FromFeedback, recipe: Recipe, data: Data, folder: Path, device: str, *, resume: bool
) -> dict[str, int]:
    """Learns from the data's feedback and gives how often the network agreed with the held-out part before and after.

    Other feedback has another checkpoint in `folder`: it begins anew from the network as it is given.
    """
    network = trained.network
    before = agreed(trained, data.dev_feedback, device)
    identity: dict[str, Any] = identity_of(recipe, recipe.student, taught=True)
    identity |= {"feedback": plan.model_dump(), "data": data.sha256}
    trainer = Trainer(network, plan.rates, identity, recipe.seed, device)
    # Chosen by the network as it came: a resumed round must see the same windows.
    windows = placed(trained, data.feedback, device)

    def batches_of(_: int) -> Sequence[Sequence[Window]]:
        composed = Composer(data.seeds, data.corpora, recipe).compose(plan.examples, recipe.seed - 3)
        mixed = [*trained.cutter.cut(composed), *windows * plan.repeats]
        return bucket(mixed, recipe.tokens_per_batch, recipe.seed - 3)

    def loss(batch_of: Sequence[Window]) -> Tensor:
        batch = {name: tensor.to(device) for name, tensor in pad(batch_of).items()}
        return joint_loss(network(batch["input_ids"], batch["attention_mask"]), batch, recipe.token_weight)

    path = folder / f"feedback-{data.sha256[:12]}.pt"
    run(trainer, 1, batches_of, loss, path, resume=resume, look=lambda: judge(trained, data, device))
    after = agreed(trained, data.dev_feedback, device)
    log.info(
        "of %d held-out texts of feedback %d were judged as people did, now %d", len(data.dev_feedback), before, after
    )
    return {"texts": len(data.dev_feedback), "agreed_before": before, "agreed_after": after}


def agreed(trained: Trained, examples: Sequence[Example], device: str = "cpu") -> int:
    """How many of the texts the network judges, at even odds, as they are labelled."""
    each = scores(trained, examples, device)
    return sum((score > 0) == example.leak for score, example in zip(each, examples, strict=True))


def placed(trained: Trained, examples: Iterable[Example], device: str = "cpu") -> list[Window]:
    """All windows that teach something.

    Of a leak that nobody said the place of, the window that the network suspects most counts as the leaking one, the
    others are left undecided (multiple-instance learning by the strongest instance).
    """
    windows: list[Window] = []
    for example in examples:
        own = trained.cutter.windows(example)
        if example.unplaced and len(own) > 1:
            suspected = window_scores(trained.network, own, device)
            strongest = suspected.index(max(suspected))
            own = [replace(own[strongest], label=1)]
        windows += own
    return [window for window in windows if window.label != IGNORE or set(window.tags) != {IGNORE}]
