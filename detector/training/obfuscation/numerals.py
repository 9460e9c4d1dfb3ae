"""Telephone numbers whose digits take another shape: `(phone, lang, rng) -> text`."""

from random import Random

from detector.training.obfuscation.identifiers import Phone
from detector.training.obfuscation.lexicon import words

_LOOKALIKE = ("OoQ", "lI|i!", "Zz", "E", "A", "Ss$", "bG", "T", "B&", "gq")
_CYRILLIC = ("О", "І", "2", "З", "Ч", "5", "б", "7", "8", "9")
_ROMAN = ("0", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


def letters(phone: Phone, _lang: str, rng: Random) -> str:
    """P12: 2O2 SSS Ol43."""
    share = rng.choice((0.4, 0.7, 1.0))
    return rng.choice((" ", "-", "", ".")).join(
        "".join(
            rng.choice(_LOOKALIKE[int(d)]) if d in "015" + "268" * (share > 0.5) and rng.random() < share else d
            for d in group
        )
        for group in phone.groups
    )


def cyrillic(phone: Phone, _lang: str, rng: Random) -> str:
    """P13: digits that look alike in another script, 2О2 ЗЗЗ."""
    return rng.choice((" ", "-")).join(
        "".join(_CYRILLIC[int(d)] if rng.random() < 0.8 else d for d in group) for group in phone.groups
    )


def styled(phone: Phone, _lang: str, rng: Random) -> str:
    """P14: ２０２ 𝟻𝟻𝟻 ⓪①④③."""
    alphabet = rng.choice(words("alphabets", "styled"))
    return rng.choice((" ", " ", "-", "")).join("".join(alphabet[int(d)] for d in group) for group in phone.groups)


def native(phone: Phone, _lang: str, rng: Random) -> str:
    """P15: ٢٠٢ ٥٥٥ ٠١٤٣."""
    alphabet = rng.choice(words("alphabets", "native"))
    return rng.choice((" ", " ", "-", "")).join("".join(alphabet[int(d)] for d in group) for group in phone.groups)


def visual(phone: Phone, _lang: str, rng: Random) -> str:
    """P16: digits of other scripts for what they look like, 2੦2 555 01૫3: the Gujarati five passes for a 4."""
    share = rng.choice((0.4, 0.7, 1.0))
    shapes = words("alphabets", "visual")
    last = max(range(len(phone.digits)), key=lambda i: (len(shapes[int(phone.digits[i])]) > 1, i))
    place, groups = 0, []
    for group in phone.groups:
        drawn = ""
        for d in group:
            drawn += rng.choice(shapes[int(d)][1:] or d) if place == last or rng.random() < share else d
            place += 1
        groups.append(drawn)
    return rng.choice((" ", " ", "-", "")).join(groups)


def emoji(phone: Phone, _lang: str, rng: Random) -> str:
    """P17: 2️⃣0️⃣2️⃣ 5️⃣5️⃣5️⃣."""
    gap = rng.choice(("", "", " "))
    return rng.choice((" ", "", "  ", "-")).join(gap.join(f"{d}\ufe0f\u20e3" for d in group) for group in phone.groups)


def roman(phone: Phone, _lang: str, rng: Random) -> str:
    """P18: II-0-II V V V."""
    return rng.choice(("  ", " / ", " . ")).join(
        rng.choice(("-", " ")).join(_ROMAN[int(d)] for d in group) for group in phone.groups
    )
