"""Digits and two-digit numbers as words, as people of ten languages write them."""

from random import Random

from detector.training.obfuscation.lexicon import speaks, words

MULTIPLIERS: dict[str, tuple[str, str]] = {
    "en": ("double {}", "triple {}"),
    "es": ("doble {}", "triple {}"),
    "fr": ("double {}", "triple {}"),
    "de": ("zweimal {}", "dreimal {}"),
    "it": ("doppio {}", "triplo {}"),
    "pt": ("duplo {}", "triplo {}"),
    "nl": ("dubbel {}", "driemaal {}"),
}
_BETWEEN = {"de": "und", "nl": "en", "da": "og", "es": "y", "pt": "e", "fr": "et"}


def digit_word(digit: str, lang: str, rng: Random) -> str:
    """One decimal digit as a word; a language without words here speaks English."""
    return rng.choice(words("digits", lang)[int(digit)].split("|"))


def misspelled(digit: str, rng: Random) -> str:
    """One decimal digit as an English word that came out wrong or sounds alike."""
    return rng.choice(words("digits", "misspelled")[int(digit)].split("|"))


def has_pairs(lang: str) -> bool:
    """Whether `pair_word` knows the language."""
    return speaks("tens", lang)


def pair_word(pair: str, lang: str, rng: Random) -> str:
    """Two decimal digits as one number ("43": forty-three); a leading zero is said on its own."""
    tens, ones = int(pair[0]), int(pair[1])
    if tens == 0:
        return f"{digit_word('0', lang, rng)} {digit_word(pair[1], lang, rng)}"
    if tens == 1:
        return words("teens", lang)[ones]
    if lang == "fr" and tens in (7, 9):
        return f"{words('tens', lang)[tens - 2]}-{words('teens', lang)[ones]}"
    word = words("tens", lang)[tens - 2]
    return word if ones == 0 else _with_ones(word, ones, lang)


def pair_parts(pair: str, lang: str) -> list[tuple[str, str]]:
    """The words of two digits as one number, each with its figures; the word between tens and ones has none.

    "97" in French: quatre 4, vingt 20, dix 10, sept 7. The language must have pairs.
    """
    tens, ones = int(pair[0]), int(pair[1])
    units = [entry.split("|")[0] for entry in words("digits", lang)]
    unit = [("ein" if lang == "de" and ones == 1 and tens > 1 else units[ones], pair[1])]
    if tens == 0:
        return [(units[0], "0"), *unit]
    if tens == 1:
        word = words("teens", lang)[ones]
        split = word.split("-")
        return [(split[0], "10"), (split[1], pair[1])] if len(split) == 2 else [(word, pair)]
    word = words("tens", lang)[tens - 2]
    if lang == "fr" and tens >= 7:
        score = [("soixante", "60")] if tens == 7 else [("quatre", "4"), ("vingt", "20")]
        return [*score, *(pair_parts(f"1{ones}", lang) if tens in (7, 9) else unit * (ones > 0))]
    whole = [(word, f"{tens}0")]
    if ones == 0:
        return whole
    joined = lang in _BETWEEN and (lang != "fr" or ones == 1)
    between = [(_BETWEEN[lang], "")] if joined else []
    return [*unit, *between, *whole] if lang in ("de", "nl", "da") else [*whole, *between, *unit]


def _with_ones(tens: str, ones: int, lang: str) -> str:
    unit = words("digits", lang)[ones].split("|")[0]
    joined = {
        "de": f"{'ein' if ones == 1 else unit}und{tens}",
        "nl": f"{unit}{'ën' if unit.endswith('e') else 'en'}{tens}",
        "fr": f"{tens}-et-{unit}" if ones == 1 and "-" not in tens else f"{tens}-{unit}",
        "es": f"veinti{unit}" if tens == "veinte" else f"{tens} y {unit}",
        "pt": f"{tens} e {unit}",
        "it": f"{tens[:-1] if unit in ('uno', 'otto') else tens}{unit}",
        "da": f"{unit}og{tens}",
        "ru": f"{tens} {unit}",
    }
    return joined.get(lang, f"{tens}-{unit}")
