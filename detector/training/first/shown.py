"""What the looks of a first stage learn from: examples as the network had them, and much that is plainly clean."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

from detector.training.backgrounds import part_of
from detector.training.compose import Composer
from detector.training.data import Data
from detector.training.examples import Example
from detector.training.operating import WIRE
from detector.training.recipe import FirstLayers, Glancing, Recipe


def composed(data: Data, recipe: Recipe, plan: FirstLayers | Glancing) -> list[Example]:
    """Examples as the network had them; half of them leak."""
    return list(Composer(data.seeds, data.corpora, recipe).compose(plan.examples, recipe.seed - 4))


def plain(data: Data, recipe: Recipe, plan: FirstLayers | Glancing) -> list[Example]:
    """Clean texts: those written for training, corpus texts as many as the plan says, and parts of the listings.

    Languages have equal shares as far as the corpora have texts of them: a look that saw few of a language clears none of
    it. Parts are as long as messages, of which corpora know one language or two.
    """
    rng, rows = Random(recipe.seed), list[Example]()
    for kind in WIRE:
        clean = [row for row in data.corpora if row.kind == kind and not row.leak]
        rows += evenly(clean, plan.rows // len(WIRE), rng)
    parts = [part_of(row, rng) for row in rows if row.kind == "listing"]
    return [*(seed for seed in data.seeds if not seed.leak), *rows, *parts]


def evenly(texts: Sequence[Example], count: int, rng: Random) -> list[Example]:
    """So many of the texts, or all, drawn by chance: as many of each language as of any other, as far as it has them."""
    languages: dict[str, list[Example]] = defaultdict(list)
    for text in texts:
        languages[text.lang].append(text)
    drawn: list[Example] = []
    for place, own in enumerate(sorted(languages.values(), key=len)):
        share = (count - len(drawn)) // (len(languages) - place)
        drawn += rng.sample(own, min(share, len(own)))
    return drawn
