"""The loop every stage of training shares: rounds of batches, progress, checkpoints, a look after each round."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from torch import Tensor

from detector.training.trainer import Trainer

Batch = TypeVar("Batch")
_SAVE_EVERY = 200

log = logging.getLogger(__name__)


def run(
    trainer: Trainer,
    rounds: int,
    batches_of: Callable[[int], Sequence[Batch]],
    loss: Callable[[Batch], Tensor],
    path: Path,
    *,
    resume: bool,
    look: Callable[[], str] | None = None,
) -> None:
    """Steps through `rounds`, each over `batches_of(round)`; goes on from the checkpoint at `path` if told to.

    What a round's batches are must depend on the round alone, or a resumed run ends elsewhere.
    """
    round_, first = trainer.load(path) if resume and path.exists() else (0, 0)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        while round_ < rounds:
            task = progress.add_task(f"{path.stem} {round_ + 1}: composing", total=None)
            batches = batches_of(round_)
            progress.update(task, total=len(batches), completed=first)
            tell = _teller(progress, task, f"{path.stem} {round_ + 1}")
            for index in range(first, len(batches)):
                batch = batches[index]
                value = trainer.step(lambda batch=batch: loss(batch), (round_ + index / len(batches)) / rounds)  # type: ignore[misc]
                tell(value)
                if (index + 1) % _SAVE_EVERY == 0:
                    trainer.save(path, (round_, index + 1))
                    log.info("%s %d, batch %d of %d: loss %.4f", path.stem, round_ + 1, index + 1, len(batches), value)
            round_, first = round_ + 1, 0
            trainer.save(path, (round_, first))
            if look is not None:
                log.info("%s %d: %s", path.stem, round_, look())


def _teller(progress: Progress, task: TaskID, what: str) -> Callable[[float], None]:
    return lambda loss: progress.update(task, advance=1, description=f"{what}: loss {loss:.3f}")
