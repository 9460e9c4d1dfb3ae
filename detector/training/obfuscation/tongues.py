"""Telephone numbers in the number words of other languages than the text's: `(phone, lang, rng) -> text`."""

from random import Random

from detector.training.obfuscation.identifiers import Phone
from detector.training.obfuscation.lexicon import words
from detector.training.obfuscation.numberwords import digit_word, has_pairs, pair_parts, pair_word
from detector.training.obfuscation.phone_words import spelled

TONGUES = ("en", "es", "fr", "de", "it", "pt", "ru", "zh", "nl", "ja", "cs", "sv", "da", "id", "el", "ko")
"""Languages that turn up in texts of another."""

_TRAPS = ("fr", "fr", "de", "de", "da")
_JOINTS = {"fr": "-", "de": "", "nl": "", "da": ""}


def foreign(phone: Phone, lang: str, rng: Random) -> str:
    """P25: zwei null zwei, fünf fünf fünf in an English text."""
    return spelled(phone, rng.choice([tongue for tongue in TONGUES if tongue != lang]), rng)


def compound(phone: Phone, lang: str, rng: Random) -> str:
    """P26: vierundzwanzig; quatre vingt dix; 4undzwanzig, soixante-10-sept: pairs of digits said as tens."""
    own = has_pairs(lang) and (lang in _JOINTS or rng.random() < 0.3)
    tongue = lang if own else rng.choice(_TRAPS)
    style, digits = rng.randrange(3), phone.digits
    pairs = [digits[i : i + 2] for i in range(0, len(digits) - 1, 2)]
    said = [_pair(pair, tongue, style, rng) for pair in pairs]
    if len(digits) % 2:
        said.append(digit_word(digits[-1], tongue, rng))
    return rng.choice((" ", ", ", " - ", "; ", ". ")).join(said)


def blended(phone: Phone, lang: str, rng: Random) -> str:
    """C05: two zero dos, fünf five cinco: the language changes within the number."""
    tongues = rng.sample([tongue for tongue in TONGUES if tongue != lang], rng.choice((1, 1, 2)))
    tongues.insert(rng.randrange(len(tongues) + 1), lang if lang in TONGUES else "en")
    first = rng.randrange(len(tongues))
    said = []
    for group in phone.groups:
        drawn = [digit_word(d, tongues[(first + i) % len(tongues)], rng) for i, d in enumerate(group)]
        said.append(" ".join(drawn))
        first += rng.randrange(1, 3)
    return rng.choice((" ", ", ", " - ", "; ")).join(said)


def _pair(pair: str, tongue: str, style: int, rng: Random) -> str:
    if style == 0:
        return pair_word(pair, tongue, rng)
    parts = pair_parts(pair, tongue)
    if style == 1:
        return " ".join(word for word, _ in parts)
    numbers = [i for i, (_, figures) in enumerate(parts) if figures]
    shown = rng.choice(numbers)
    spaced = pair[0] == "0" or tongue not in _JOINTS
    return (" " if spaced else _JOINTS[tongue]).join(
        figures if i == shown else word for i, (word, figures) in enumerate(parts)
    )


def known_words(tongue: str) -> dict[str, str]:
    """Every way to write a digit in a language, and the digit."""
    return {word: str(i) for i, entry in enumerate(words("digits", tongue)) for word in entry.split("|")}
