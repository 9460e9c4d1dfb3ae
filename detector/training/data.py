"""What a run learns from and what it is judged by: seeds and corpora, divided by author, source, family and language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from detector.training.corpora import read_corpus
from detector.training.examples import Example, held_out
from detector.training.recipe import Recipe, Unseen
from detector.training.seeds import SEEDS, read_seeds

EXAM = "exam-"
"""Seed files of this name are never trained on and choose nothing: they are what a finished model is measured by."""


@dataclass(frozen=True, slots=True)
class Data:
    """The sides of the split; no voice, listing or dialogue stands on two of them.

    `seeds`, `corpora` and `feedback` are learned from. `dev_seeds` (hand-written) and `dev_clean` (real, without a leak)
    calibrate and choose; `exam`, `unseen` (families and languages that nothing was learned of) and `dev_feedback` only
    measure.
    """

    seeds: Sequence[Example]
    corpora: Sequence[Example]
    dev_seeds: Sequence[Example]
    dev_clean: Sequence[Example]
    exam: Sequence[Example]
    unseen: Sequence[Example]
    sha256: str
    feedback: Sequence[Example] = ()
    dev_feedback: Sequence[Example] = ()

    def describe(self) -> str:
        """The sizes, for the manifest and the model card."""
        heard = f"; {len(self.feedback)} texts that people judged to learn from, {len(self.dev_feedback)} to measure by"
        return (
            f"{len(self.seeds)} seed texts and {len(self.corpora)} corpus rows to train on; "
            f"{len(self.dev_seeds)} seed texts of other voices and {len(self.dev_clean)} real clean texts held out; "
            f"{len(self.exam)} exam texts and {len(self.unseen)} texts of unseen families and languages to measure by"
            f"{heard if self.feedback or self.dev_feedback else ''}"
        )


def gather(recipe: Recipe, corpora: Iterable[Path]) -> Data:
    """Reads and divides everything."""
    corpora = list(corpora)
    written = read_seeds()

    def on_dev(example: Example, share: float) -> bool:
        return held_out(example.voice or example.source, share)

    def measures(row: Example) -> bool:
        return on_dev(row, recipe.held_out_corpora)

    families = recipe.unseen.families
    rows = [row for path in corpora for row in read_corpus(path, recipe.seed, families, measures)]
    rows = [row for row in rows if row.lang not in recipe.unseen.languages]
    exam = [seed for seed in written if seed.source.startswith(EXAM)]
    examined = {seed.voice for seed in exam}
    seeds = [s for s in written if not s.source.startswith(EXAM) and s.voice not in examined]
    unseen = [seed for seed in seeds if is_unseen(seed, recipe.unseen)]
    seeds = [seed for seed in seeds if not is_unseen(seed, recipe.unseen)]

    return Data(
        [seed for seed in seeds if not on_dev(seed, recipe.held_out_seeds)],
        [row for row in rows if not measures(row)],
        [seed for seed in seeds if on_dev(seed, recipe.held_out_seeds)],
        [row for row in rows if measures(row) and not row.leak],
        exam,
        unseen,
        _digest([*sorted(SEEDS.glob("*.txt")), *corpora]),
    )


def is_unseen(example: Example, unseen: Unseen) -> bool:
    """Whether a text is in a language, or leaks in a way, that stays out of training."""
    return example.lang in unseen.languages or any(mark.family in unseen.families for mark in example.spans)


def _digest(files: Iterable[Path]) -> str:
    """One hash over the contents of all files, in order."""
    digest = sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()
