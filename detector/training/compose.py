"""Training examples without end: seed texts, corpora, disguises and look-alikes put together anew each time.

Each recipe is a method of `Composer` that makes one example from a random generator; `MIX` says how often it is used.
About half of what comes out leaks, and most of what does not is hard.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from random import Random

from detector.recognisers import recognise
from detector.training.examples import Example, Piece, join, split
from detector.training.lookalikes import innocent, lookalike, swap_in
from detector.training.noise import untidy
from detector.training.obfuscation import disguise, families
from detector.training.obfuscation.characters import CHARACTERS
from detector.training.obfuscation.structure import arrange, innocent_list
from detector.training.phrases import Template, expand, fitting
from detector.training.recipe import Recipe
from detector.training.sentences import Sentence, leaks, place, sentences, shorten, together

CARRIED = ("phone", "email", "url", "social", "messenger", "solicitation")
_SHARES = (6, 4, 4, 3, 4, 6)
_LANGS = ("en",) * 10 + ("es", "es", "fr", "fr", "de", "de", "it", "it", "pt", "pt", "nl", "zh", "ja", "ru")
_NEEDS_CUE = ("H02", "H06", "U11", "U13")
"""Families that look like any name: without a word that says what they are they would be no leak."""

_ATTACKS = ("X01", "X02", "X05", "X06", "X07", "X08", "X09")
_CUE = re.compile(
    r"\b(?:book|direct|contact|call|text|phone|number|website|online|search|cash|transfer|deposit|message|reserv|app)"
    r"|\d[\d .,/-]{6,}\d|@|code|passwor|licen|regist",
    re.IGNORECASE,
)
"""What makes a clean background worth learning from."""

_FRAGMENT = 6
"""A shorter mark is a piece of a scattered leak: it cannot stand for another identifier."""


class Composer:
    """Makes examples from marked `seeds` and from corpora; what it makes depends on the generator alone."""

    def __init__(self, seeds: Sequence[Example], corpora: Sequence[Example], recipe: Recipe) -> None:
        self._avoid = recipe.unseen.families
        self._langs = [lang for lang in _LANGS if lang not in recipe.unseen.languages]
        self._attacks = [family for family in _ATTACKS if family not in self._avoid]
        self._uses = recipe.ablation
        self._leaking = [seed for seed in seeds if seed.leak]
        self._clean = [seed for seed in seeds if not seed.leak and (self._uses.lookalikes or not seed.hard)]
        self._natural = [row for row in corpora if row.leak] or self._leaking
        self._backgrounds: dict[str, list[Example]] = defaultdict(list)
        for row in (*self._clean, *(row for row in corpora if not row.leak)):
            self._backgrounds[row.lang].append(row)
        self._any = [row for rows in self._backgrounds.values() for row in rows]
        self._suspicious = [row for row in self._any if recognise(row.text) or _CUE.search(row.text)] or self._any
        self._guests = [(seed.lang, s) for seed in self._leaking for s in sentences(seed) if leaks(s)]
        self._tempting = [(seed.lang, s) for seed in self._clean if seed.hard for s in sentences(seed)]
        self._recipes: dict[Callable[[Random], Example], float] = {
            self.as_written: 0.20,
            self.rerendered: 0.12,
            self.carried: 0.11,
            self.transplanted: 0.11,
            self.defused: 0.11,
            self.background: 0.18,
            self.tempted: 0.13,
            self.natural: 0.02,
            self.lone: 0.03,
            self.arranged: 0.02,
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
        return join([self._other(piece, seed.lang, rng) for piece in split(seed)], seed)

    def carried(self, rng: Random) -> Example:
        """A background with a leak in a sentence that carries it, or in none at all."""
        lang = self._lang(rng)
        return self._host(lang, self._carrier(lang, rng), rng)

    def transplanted(self, rng: Random) -> Example:
        """A background with a leaking sentence out of a seed text."""
        lang, guest = rng.choice(self._guests)
        if rng.random() < 0.5:
            guest = [self._other(piece, lang, rng) for piece in guest]
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
        """A clean text of a corpus."""
        row = rng.choice(self._any if rng.random() < 0.4 else self._suspicious)
        parts = sentences(row)
        tempting = [i for i, part in enumerate(parts) if _CUE.search("".join(piece.text for piece in part))]
        start = rng.choice(tempting) if tempting and rng.random() < 0.5 else None
        return join(together(shorten(parts, self._length(rng), rng, start), rng), row)

    def tempted(self, rng: Random) -> Example:
        """A clean text with look-alikes in it."""
        lang = self._lang(rng)
        parts, row = self._parts(lang, rng)
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

    def lone(self, rng: Random) -> Example:
        """A carrier or a look-alike all by itself."""
        lang = self._lang(rng)
        blank = Example(rng.choice(("listing", "message")), lang, "")
        if rng.random() < 0.5:
            return join(harmless(lang, rng), blank)
        return join(self._carrier(lang, rng), blank)

    def _host(self, lang: str, guest: Sentence, rng: Random) -> Example:
        parts, row = self._parts(lang, rng)
        if self._uses.lookalikes and rng.random() < 0.35:
            parts = place(parts, harmless(lang, rng), rng)
        return join(together(place(parts, guest, rng), rng), row)

    def _parts(self, lang: str, rng: Random) -> tuple[list[Sentence], Example]:
        own = self._backgrounds.get(lang, self._any)
        row = rng.choice(own if rng.random() < 0.9 else self._any)
        return shorten(sentences(row), self._length(rng), rng), row

    def _carrier(self, lang: str, rng: Random) -> Sentence:
        category = rng.choices(CARRIED, _SHARES)[0]
        if category == "solicitation" and rng.random() < 0.9:
            text = expand(rng.choice(fitting("solicitations", category, lang)).text, rng)
            return [self._attacked(Piece(text, category, "C08"), rng)]
        leak = self._disguise(category, lang, rng)
        lines: Sequence[Template] = fitting("carriers", category, lang)
        if leak.family in _NEEDS_CUE:
            lines = [line for line in lines if "any" not in line.uses]
        before, _, after = expand(rng.choice(lines).text, rng).partition("{x}")
        return [Piece(before), leak, Piece(after)]

    def _other(self, piece: Piece, lang: str, rng: Random) -> Piece:
        if not piece.category or len(piece.text) < _FRAGMENT:
            return piece
        if piece.category == "solicitation":
            return self._attacked(piece, rng)
        return self._disguise(piece.category, lang, rng)

    def _disguise(self, category: str, lang: str, rng: Random) -> Piece:
        plain = None if self._uses.disguises else families(category)[0]
        return disguise(category, lang, rng, plain, self._avoid)

    def _attacked(self, piece: Piece, rng: Random) -> Piece:
        if rng.random() > 0.1:
            return piece
        family = rng.choice(self._attacks)
        return replace(piece, text=CHARACTERS[family](piece.text, rng), family=family)

    def _lang(self, rng: Random) -> str:
        return rng.choice(self._langs)

    def _length(self, rng: Random) -> int:
        return int(min(rng.lognormvariate(5.2, 0.8), 3000))


def harmless(lang: str, rng: Random) -> Sentence:
    """A clean sentence that tempts: a look-alike of an identifier, the innocent twin of a hint, a list like any other."""
    chance = rng.random()
    if chance < 0.04:
        return list(innocent_list(lang, rng))
    return [Piece(innocent(rng, lang) if chance < 0.26 else lookalike(rng, lang)[0])]
