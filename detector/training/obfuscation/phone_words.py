"""Telephone numbers said in words, wholly or in part: `(phone, lang, rng) -> text`."""

from random import Random

from detector.training.obfuscation.identifiers import Phone
from detector.training.obfuscation.lexicon import say, speaks, words
from detector.training.obfuscation.numberwords import MULTIPLIERS, digit_word, has_pairs, misspelled, pair_word


def spelled(phone: Phone, lang: str, rng: Random) -> str:
    """P06: two oh two, five five five, oh one four three."""
    joint = rng.choice((", ", " ", " ", " - ", "... ", "; ", "\n", " / "))
    gap = rng.choice((" ", " ", " ", "-", "", ", ", ".")) if lang not in ("zh", "ja") else ""
    text = joint.join(gap.join(digit_word(d, lang, rng) for d in group) for group in phone.groups)
    if rng.random() < 0.15:
        text = f"{say('plus', lang, rng)} {gap.join(digit_word(d, lang, rng) for d in phone.country)} {text}"
    return text


def mixed(phone: Phone, lang: str, rng: Random) -> str:
    """P07: two02 5five5 01four3."""
    share, gap = rng.choice((0.3, 0.5, 0.6)), rng.choice(("", "", " ", " ", "-"))
    groups = (
        gap.join(digit_word(d, lang, rng) if rng.random() < share else d for d in group) for group in phone.groups
    )
    return rng.choice((" ", " ", "-", gap)).join(groups)


def grouped(phone: Phone, lang: str, rng: Random) -> str:
    """P08: nine thirteen, one twenty-three, forty-five."""
    if not has_pairs(lang):
        return spelled(phone, lang, rng)
    digits, said = phone.digits, list[str]()
    while digits:
        if len(digits) == 1 or (digits[0] != "0" and rng.random() < 0.1):
            said.append(digit_word(digits[0], lang, rng))
            digits = digits[1:]
        else:
            said.append(pair_word(digits[:2], lang, rng))
            digits = digits[2:]
    return rng.choice((", ", " ", " - ", "; ", " ")).join(said)


def multiplied(phone: Phone, lang: str, rng: Random) -> str:
    """P09: oh double seven, triple five."""
    double, triple = MULTIPLIERS.get(lang, MULTIPLIERS["en"])
    lang = lang if lang in MULTIPLIERS else "en"
    as_words = rng.random() < 0.7
    said, digits = list[str](), phone.digits
    while digits:
        run = len(digits) - len(digits.lstrip(digits[0]))
        size = 3 if run >= 3 else min(run, 2)
        word = digit_word(digits[0], lang, rng) if as_words else digits[0]
        said.append({1: "{}", 2: double, 3: triple}[size].format(word))
        digits = digits[size:]
    return rng.choice((" ", ", ", " ")).join(said)


def misspelled_words(phone: Phone, _lang: str, rng: Random) -> str:
    """P10: sevn ate 5 fore."""
    share = rng.choice((0.5, 0.8, 1.0))
    return rng.choice((" ", " ", "-")).join(
        misspelled(d, rng) if rng.random() < share else digit_word(d, "en", rng) for d in phone.digits
    )


def homophones(phone: Phone, lang: str, rng: Random) -> str:
    """P11: to oh too, for ate won: real words that sound like the digits."""
    share = rng.choice((0.6, 0.8, 1.0))
    joint = "" if lang in ("zh", "ja") else rng.choice((" ", " ", "-", ", "))
    own = lang if speaks("homophones", lang) else "en"
    sounds = words("homophones", own)
    return joint.join(
        rng.choice(sounds[int(d)].split("|")) if rng.random() < share else digit_word(d, own, rng) for d in phone.digits
    )


def interleaved(phone: Phone, lang: str, rng: Random) -> str:
    """P04: 202 then 555 then 0143; 202aaa555aa0143."""
    if rng.random() < 0.65:
        return f" {say('then', lang, rng)} ".join(phone.groups)
    letter = rng.choice("aaxxzbt")
    return "".join(group + letter * rng.randrange(1, 4) for group in phone.groups[:-1]) + phone.groups[-1]


def arithmetic(phone: Phone, _lang: str, rng: Random) -> str:
    """P19: 202 555 014 and the last digit is 4-1."""
    other = rng.randrange(1, 6)
    hint = say("patterns", "arithmetic", rng).format(sum=int(phone.digits[-1]) + other, other=other)
    return f"{' '.join(phone.groups)[:-1]} {hint}"


def hidden_country(phone: Phone, lang: str, rng: Random) -> str:
    """P22: the country code in words, or at the end."""
    code = " ".join(digit_word(d, lang, rng) for d in phone.country)
    number = " ".join(phone.groups).removeprefix("0")
    pattern = say("patterns", "country", rng)
    return pattern.format(plus=say("plus", lang, rng), words=code, number=number, country=phone.country)
