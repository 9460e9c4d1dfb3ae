"""What a run learns from and what it is judged by: seeds and corpora, divided by author and source."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from detector.training.corpora import read_corpus
from detector.training.examples import Example, held_out
from detector.training.recipe import Recipe
from detector.training.seeds import SEEDS, read_seeds


@dataclass(frozen=True, slots=True)
class Data:
    """The two sides of the split; `dev_seeds` are hand-written, `dev_clean` are real texts without a leak."""

    seeds: Sequence[Example]
    corpora: Sequence[Example]
    dev_seeds: Sequence[Example]
    dev_clean: Sequence[Example]
    sha256: str

    def describe(self) -> str:
        """The sizes, for the manifest and the model card."""
        return (
            f"{len(self.seeds)} seed texts and {len(self.corpora)} corpus rows to train on; "
            f"{len(self.dev_seeds)} seed texts of other voices and {len(self.dev_clean)} real clean texts held out"
        )


def gather(recipe: Recipe, corpora: Iterable[Path]) -> Data:
    """Reads and divides everything; no voice, listing or dialogue stands on both sides."""
    corpora = list(corpora)
    seeds = read_seeds()
    rows = [row for path in corpora for row in read_corpus(path, recipe.seed)]

    def on_dev(example: Example, share: float) -> bool:
        return held_out(example.voice or example.source, share)

    return Data(
        [seed for seed in seeds if not on_dev(seed, recipe.held_out_seeds)],
        [row for row in rows if not on_dev(row, recipe.held_out_corpora)],
        [seed for seed in seeds if on_dev(seed, recipe.held_out_seeds)],
        [row for row in rows if on_dev(row, recipe.held_out_corpora) and not row.leak],
        _digest([*sorted(SEEDS.glob("*.txt")), *corpora]),
    )


def _digest(files: Iterable[Path]) -> str:
    """One hash over the contents of all files, in order."""
    digest = sha256()
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()
