"""What is put into a background: leaks in sentences that carry them, and harmless sentences that tempt."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from detector.training.examples import Piece
from detector.training.lookalikes import innocent, lookalike
from detector.training.obfuscation import MESSENGER_NUMBER, disguise, families
from detector.training.obfuscation.characters import CHARACTERS
from detector.training.obfuscation.structure import innocent_list
from detector.training.phrases import Template, expand, fitting
from detector.training.recipe import Recipe
from detector.training.sentences import Sentence

CARRIED = ("phone", "email", "url", "social", "messenger", "solicitation")
_SHARES = (6, 4, 4, 3, 4, 6)
_NEEDS_CUE = ("H02", "H06", "U11", "U13")
"""Families that look like any name: without a word that says what they are they would be no leak."""

_ATTACKS = ("X01", "X02", "X05", "X06", "X07", "X08", "X09")
"""Attacks on characters that leave a phrase readable."""

_FRAGMENT = 6
"""A shorter mark is a piece of a scattered leak: it cannot stand for another identifier."""


class Leaks:
    """Makes leaks within what a recipe allows."""

    def __init__(self, recipe: Recipe) -> None:
        self._avoid = recipe.unseen.families
        self._attacks = [family for family in _ATTACKS if family not in self._avoid]
        self._disguised = recipe.ablation.disguises

    def carried(self, lang: str, rng: Random) -> Sentence:
        """A leak of any category in a sentence of its language, or a sentence that is itself one."""
        category = rng.choices(CARRIED, _SHARES)[0]
        if category == "solicitation" and rng.random() < 0.9:
            text = expand(rng.choice(fitting("solicitations", category, lang)).text, rng)
            return [self._attacked(Piece(text, category, "C08"), rng)]
        leak = self._identifier(category, lang, rng)
        lines: Sequence[Template] = fitting("carriers", category, lang)
        if leak.family in _NEEDS_CUE:
            lines = [line for line in lines if "any" not in line.uses]
        if leak.family == MESSENGER_NUMBER:
            lines = [line for line in lines if set(line.uses) == {category}]
        before, _, after = expand(rng.choice(lines).text, rng).partition("{x}")
        return [Piece(before), leak, Piece(after)]

    def other(self, piece: Piece, lang: str, rng: Random) -> Piece:
        """Another identifier in the place of one; fragments, phrases and clean pieces stay what they are."""
        if not piece.category or len(piece.text) < _FRAGMENT:
            return piece
        if piece.category == "solicitation":
            return self._attacked(piece, rng)
        return self._identifier(piece.category, lang, rng)

    def _identifier(self, category: str, lang: str, rng: Random) -> Piece:
        plain = None if self._disguised else families(category)[0]
        return disguise(category, lang, rng, plain, self._avoid)

    def _attacked(self, piece: Piece, rng: Random) -> Piece:
        if rng.random() > 0.1:
            return piece
        family = rng.choice(self._attacks)
        return replace(piece, text=CHARACTERS[family](piece.text, rng), family=family)


def harmless(lang: str, rng: Random) -> Sentence:
    """A clean sentence that tempts: a look-alike of an identifier, the innocent twin of a hint, a list like any other."""
    chance = rng.random()
    if chance < 0.04:
        return list(innocent_list(lang, rng))
    return [Piece(innocent(rng, lang) if chance < 0.26 else lookalike(rng, lang)[0])]
