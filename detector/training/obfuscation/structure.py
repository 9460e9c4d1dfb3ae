"""Leaks that no single string makes: halves, acrostics, changing languages, denials.

`arrange` is the door: a sentence or more as pieces, the leaks among them marked. `STRUCTURES` names the makers by
family; each is `(lang, rng, avoid) -> pieces`, and `avoid` holds families of disguise that it may not use.
"""

from collections.abc import Callable, Collection
from random import Random

from detector.training.examples import CATEGORIES, Piece
from detector.training.obfuscation import disguise
from detector.training.obfuscation.identifiers import Phone, handle, phone
from detector.training.obfuscation.lexicon import weight, words
from detector.training.obfuscation.numberwords import digit_word, has_pairs
from detector.training.obfuscation.phone_words import grouped, mixed
from detector.training.obfuscation.places import fielded
from detector.training.obfuscation.tongues import blended
from detector.training.phrases import Template, expand, fitting

Pieces = list[Piece]
Structure = Callable[[str, Random, Collection[str]], Pieces]

_BULLETS = ("", "", "- ", "* ", "• ")


def arrange(lang: str, rng: Random, family: str | None = None, avoid: Collection[str] = ()) -> Pieces:
    """A leak of structure `family`, or of one drawn by how often it is met, none of them in `avoid`.

    The pieces make up whole sentences; every piece with a category is a leak or a part of one.
    """
    known = [name for name in STRUCTURES if name not in avoid]
    chosen = family or rng.choices(known, [weight(name) for name in known])[0]
    return STRUCTURES[chosen](lang, rng, avoid)


def halves(lang: str, rng: Random, family: str = "C01") -> tuple[Pieces, Pieces]:
    """C01: "My number starts with 0770" and "and ends in 0 900 142": two sentences, to be put in different places."""
    number = phone(rng, lang)
    if len(number.groups) == 1:
        cut = rng.randrange(3, len(number.digits) - 2)
        number = Phone(number.country, (number.digits[:cut], number.digits[cut:]))
    cut = rng.randrange(1, len(number.groups))
    first, last = (
        Piece(_said(Phone(number.country, groups), lang, rng), "phone", family)
        for groups in (number.groups[:cut], number.groups[cut:])
    )
    return _within("starts", lang, first, rng), _within("ends", lang, last, rng)


def divided(lang: str, rng: Random, _avoid: Collection[str] = (), between: str | None = None) -> Pieces:
    """C02: My number starts with 0770. Breakfast is included. And it ends in 0 900 142; `between` is that prose."""
    first, last = halves(lang, rng, "C02")
    between = _line("between", lang, rng) if between is None else between
    gap = rng.choice((" ", " ", "\n"))
    return [*first, Piece(f"{gap}{between}{gap}"), *last]


def acrostic(lang: str, rng: Random, _avoid: Collection[str] = ()) -> Pieces:
    """C03: Look at the initials: / Lift / Underfloor heating / No smoking / A porch; each first letter is marked."""
    name = "".join(c for c in handle(rng, longest=12).lower() if "a" <= c <= "z")
    bullet = rng.choice(_BULLETS)
    pieces = [Piece(_line("acrostic", lang, rng))]
    unused = {
        letter: rng.sample(found, len(found)) for letter in sorted(set(name)) if (found := _starting(letter, lang))
    }
    for letter in name:
        item = unused[letter].pop(0)
        unused[letter].append(item)
        pieces += [Piece(f"\n{bullet}"), Piece(item[0], "social", "C03"), Piece(item[1:])]
    return pieces


def innocent_list(lang: str, rng: Random) -> Pieces:
    """What an acrostic looks like that spells nothing: a clean list of amenities, to train against."""
    bullet, items = rng.choice(_BULLETS), words("initials", lang)
    chosen = rng.sample(items, rng.randrange(4, 13))
    return [Piece(_line("list", lang, rng) + "".join(f"\n{bullet}{item}" for item in chosen))]


def blend(lang: str, rng: Random, _avoid: Collection[str] = ()) -> Pieces:
    """C05: Call me on two zero dos, fünf five cinco; the number's words change their language on the way."""
    leak = Piece(blended(phone(rng, lang), lang, rng), "phone", "C05")
    own = [line for line in fitting("carriers", "phone", lang) if "any" not in line.uses]
    return _around(rng.choice(own), leak, rng)


def denied(lang: str, rng: Random, avoid: Collection[str] = ()) -> Pieces:
    """C10: Do not e-mail me at anna@example.com, the platform forbids it. The mark keeps the disguise's family."""
    line = rng.choice([line for line in fitting("carriers", "C10", lang) if "C10" in line.uses])
    category = rng.choice([use for use in line.uses if use in CATEGORIES])
    return _around(line, disguise(category, lang, rng, avoid=avoid), rng)


STRUCTURES: dict[str, Structure] = {"C02": divided, "C03": acrostic, "C04": fielded, "C05": blend, "C10": denied}


def _said(number: Phone, lang: str, rng: Random) -> str:
    style = rng.randrange(10)
    if style < 6:
        return rng.choice((" ", " ", "-", "", ".")).join(number.groups)
    if style == 6:
        return " ".join(number.digits)
    if style == 7:
        return mixed(number, lang, rng)
    if style == 8 and has_pairs(lang):
        return grouped(number, lang, rng)
    return rng.choice((" ", ", ")).join(digit_word(d, lang, rng) for d in number.digits)


def _line(use: str, lang: str, rng: Random) -> str:
    return expand(rng.choice(fitting("structures", use, lang)).text, rng)


def _within(use: str, lang: str, leak: Piece, rng: Random) -> Pieces:
    return _around(rng.choice(fitting("structures", use, lang)), leak, rng)


def _around(line: Template, leak: Piece, rng: Random) -> Pieces:
    before, _, after = expand(line.text, rng).partition("{x}")
    return [piece for piece in (Piece(before), leak, Piece(after)) if piece.text]


def _starting(letter: str, lang: str) -> list[str]:
    return [item for item in words("initials", lang) if item[0].lower() == letter] or [
        item for item in words("initials", "en") if item[0].lower() == letter
    ]
