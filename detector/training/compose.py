"""Training examples without end: seed texts, corpora, disguises and look-alikes put together anew each time.

Each way of making one is a method of `Composer`, with how often it is used beside it. About half of what comes out
leaks, and most of what does not is hard.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random

from detector.training.backgrounds import Backgrounds
from detector.training.examples import Example, Piece, join, split
from detector.training.guests import Leaks, harmless
from detector.training.lookalikes import swap_in
from detector.training.noise import untidy
from detector.training.obfuscation.places import LONG, buried, updated
from detector.training.obfuscation.structure import arrange
from detector.training.recipe import Recipe
from detector.training.sentences import Sentence, leaks, place, sentences, together

_LANGS = ("en",) * 10 + ("es", "es", "fr", "fr", "de", "de", "it", "it", "pt", "pt", "nl", "zh", "ja", "ru")


class Composer:
    """Makes examples from marked `seeds` and from corpora; what it makes depends on the generator alone."""

    def __init__(self, seeds: Sequence[Example], corpora: Sequence[Example], recipe: Recipe) -> None:
        self._avoid = recipe.unseen.families
        self._langs = [lang for lang in _LANGS if lang not in recipe.unseen.languages]
        self._leaks = Leaks(recipe)
        self._uses = recipe.ablation
        self._leaking = [seed for seed in seeds if seed.leak]
        self._clean = [seed for seed in seeds if not seed.leak and (self._uses.lookalikes or not seed.hard)]
        self._natural = [row for row in corpora if row.leak] or self._leaking
        self._backgrounds = Backgrounds([*self._clean, *(row for row in corpora if not row.leak)])
        self._guests = [(seed.lang, s) for seed in self._leaking for s in sentences(seed) if leaks(s)]
        self._tempting = [(seed.lang, s) for seed in self._clean if seed.hard for s in sentences(seed)]
        self._recipes: dict[Callable[[Random], Example], float] = {
            self.as_written: 0.28,
            self.rerendered: 0.12,
            self.carried: 0.11,
            self.transplanted: 0.11,
            self.defused: 0.11,
            self.background: 0.18,
            self.tempted: 0.13,
            self.natural: 0.02,
            self.lone: 0.03,
            self.arranged: 0.03,
            self.buried: 0.01,
            self.updated: 0.02,
        }
        if not self._uses.lookalikes:
            for recipe_with_lookalikes in (self.tempted, self.defused, self.lone):
                del self._recipes[recipe_with_lookalikes]

    def compose(self, count: int, seed: int) -> Iterable[Example]:
        """`count` examples; the same for the same seed."""
        rng = Random(seed)
        recipes, weights = list(self._recipes), list(self._recipes.values())
        for _ in range(count):
            example = rng.choices(recipes, weights)[0](rng)
            yield join(untidy(split(example), rng), example)

    def as_written(self, rng: Random) -> Example:
        """A seed text, untouched."""
        return rng.choice(self._leaking if rng.random() < 0.55 else self._clean)

    def rerendered(self, rng: Random) -> Example:
        """A seed text whose identifiers are others, in other disguises."""
        seed = rng.choice(self._leaking)
        return join([self._leaks.other(piece, seed.lang, rng) for piece in split(seed)], seed)

    def carried(self, rng: Random) -> Example:
        """A background with a leak in a sentence that carries it, or in none at all."""
        lang = self._lang(rng)
        return self._host(lang, self._leaks.carried(lang, rng), rng)

    def transplanted(self, rng: Random) -> Example:
        """A background with a leaking sentence out of a seed text."""
        lang, guest = rng.choice(self._guests)
        if rng.random() < 0.5:
            guest = [self._leaks.other(piece, lang, rng) for piece in guest]
        return self._host(lang, guest, rng)

    def defused(self, rng: Random) -> Example:
        """A leaking seed text without its leak: the sentence gone, or something harmless in its place."""
        seed = rng.choice(self._leaking)
        parts = sentences(seed)
        kept = [part for part in parts if not leaks(part)]
        if not kept or rng.random() < 0.4:
            if any(piece.category == "solicitation" for part in parts for piece in part):
                return self.tempted(rng)
            kind = rng.choice(("code", "date", "price", "platform", "platform"))
            kept = [[Piece(swap_in(rng, seed.lang, kind)) if p.category else p for p in part] for part in parts]
        elif rng.random() < 0.5:
            kept = place(kept, harmless(seed.lang, rng), rng)
        return join(together(kept, rng), replace(seed, spans=()))

    def background(self, rng: Random) -> Example:
        """A clean text of a corpus, or of the seeds."""
        return self._backgrounds.clean(self._lang(rng), rng)

    def tempted(self, rng: Random) -> Example:
        """A clean text with look-alikes in it."""
        lang = self._lang(rng)
        parts, row = self._backgrounds.sentences(lang, rng)
        for _ in range(rng.choice((1, 1, 2, 3))):
            if not self._tempting or rng.random() < 0.6:
                parts = place(parts, harmless(lang, rng), rng)
            else:
                _, sentence = rng.choice(self._tempting)
                parts = place(parts, sentence, rng)
        return join(together(parts, rng), row)

    def natural(self, rng: Random) -> Example:
        """A leak where a corpus really had one."""
        return rng.choice(self._natural)

    def arranged(self, rng: Random) -> Example:
        """A leak that only its arrangement hides: split over sentences, down the first letters, between languages."""
        lang = self._lang(rng)
        return self._host(lang, arrange(lang, rng, avoid=self._avoid), rng)

    def buried(self, rng: Random) -> Example:
        """A leak in more than one window's prose."""
        lang = self._lang(rng)
        prose, row = self._backgrounds.page(lang, LONG, rng)
        return join(together(buried(self._leaks.carried(lang, rng), prose, rng), rng), row)

    def updated(self, rng: Random) -> Example:
        """A clean seed text, often a tempting one, of which one sentence was changed into a leak."""
        seed = rng.choice(self._clean)
        leak = self._leaks.carried(seed.lang, rng)
        return join(together(updated(leak, sentences(seed), rng), rng), seed)

    def lone(self, rng: Random) -> Example:
        """A carrier or a look-alike all by itself."""
        lang = self._lang(rng)
        blank = Example(rng.choice(("listing", "message")), lang, "")
        if rng.random() < 0.5:
            return join(harmless(lang, rng), blank)
        return join(self._leaks.carried(lang, rng), blank)

    def _host(self, lang: str, guest: Sentence, rng: Random) -> Example:
        parts, row = self._backgrounds.sentences(lang, rng)
        if self._uses.lookalikes and rng.random() < 0.35:
            parts = place(parts, harmless(lang, rng), rng)
        return join(together(place(parts, guest, rng), rng), row)

    def _lang(self, rng: Random) -> str:
        return rng.choice(self._langs)
