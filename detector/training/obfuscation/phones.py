"""Telephone numbers in disguise. Every rewriter is `(phone, lang, rng) -> text`; `PHONES` names them by family."""

from collections.abc import Callable
from random import Random

from detector.training.obfuscation.identifiers import Phone
from detector.training.obfuscation.lexicon import entry, say
from detector.training.obfuscation.numerals import cyrillic, emoji, letters, native, roman, styled, visual
from detector.training.obfuscation.phone_words import (
    arithmetic,
    grouped,
    hidden_country,
    homophones,
    interleaved,
    misspelled_words,
    mixed,
    multiplied,
    spelled,
)
from detector.training.obfuscation.tongues import compound, foreign

PhoneRewriter = Callable[[Phone, str, Random], str]

_KEYPAD = ("", "", "ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ")
_BRACKETS = ("<b> </b>", "[ ]", "( )", "** **", "<i> </i>", "{ }", "_ _", "< >", "« »")


def plain(phone: Phone, _lang: str, rng: Random) -> str:
    """P01: +1 202-555-0143, (202) 555-0143, 07700 900123, 2025550143."""
    joint = rng.choice((" ", " ", "-", "", ".", " "))
    number = joint.join(phone.groups)
    style = rng.random()
    if style < 0.4:
        return number
    if style < 0.5:
        return f"({phone.groups[0]}) {joint.join(phone.groups[1:])}" if len(phone.groups) > 1 else number
    international = number.removeprefix("0")
    code = rng.choice(
        (f"+{phone.country}", f"+{phone.country}", f"00{phone.country}", f"(+{phone.country})", phone.country)
    )
    trunk = "(0)" if number.startswith("0") and rng.random() < 0.15 else ""
    return f"{code}{rng.choice((' ', ' ', joint, ''))}{trunk}{international}"


def separators(phone: Phone, _lang: str, rng: Random) -> str:
    """P02: 2~0~2_5.5.5 / 0143."""
    marks = rng.choice(
        (
            "~",
            ".",
            "-",
            "_",
            "/",
            "|",
            "•",
            "*",
            " - ",
            " . ",
            " / ",
            "~_.",
            "-./",
            "·",
            "=",
            ":",
            ",",
            "__",
            " * ",
            "..",
            "--",
            "+",
        )
    )
    groups = phone.groups if rng.random() < 0.4 else tuple(phone.digits)
    text = groups[0]
    for group in groups[1:]:
        text += (rng.choice(marks) if len(set(marks)) == len(marks) > 2 else marks) + group
    return text


def spaced(phone: Phone, _lang: str, rng: Random) -> str:
    """P03: 2 0 2   5 5 5   0 1 4 3, also one digit on each line."""
    if rng.random() < 0.1:
        return "\n".join(phone.digits)
    gap = rng.choice((" ", "  ", " ", "   "))
    return (gap + rng.choice((" ", "  ", ""))).join(gap.join(group) for group in phone.groups)


def tagged(phone: Phone, _lang: str, rng: Random) -> str:
    """P05: 20<b>2</b>555[0]143."""
    left, right = rng.choice(_BRACKETS).split()
    if rng.random() < 0.4:
        return "".join(f"{left}{group}{right}" for group in phone.groups)
    chosen = set(rng.sample(range(len(phone.digits)), 3))
    return "".join(f"{left}{d}{right}" if i in chosen else d for i, d in enumerate(phone.digits))


def area_by_name(phone: Phone, lang: str, rng: Random) -> str:
    """P20: DC area code 555 0143; a number whose area has no name here gets separators."""
    area = entry("areas", phone.groups[0])
    if area is None:
        return separators(phone, lang, rng)
    return say("patterns", "area", rng).format(area=area, rest=rng.choice((" ", "-")).join(phone.groups[1:]))


def vanity(phone: Phone, _lang: str, rng: Random) -> str:
    """P21: 202-555-HOME."""
    last = "".join(rng.choice(_KEYPAD[int(d)] or d) for d in phone.groups[-1])
    return rng.choice(("-", " ", ".")).join([*phone.groups[:-1], last])


def backwards(phone: Phone, _lang: str, rng: Random) -> str:
    """P23: 3410-555-202, the digits from behind."""
    return rng.choice(("-", " ", "")).join(group[::-1] for group in reversed(phone.groups))


def posing(phone: Phone, _lang: str, rng: Random) -> str:
    """P24: price 202 555 0143 $, ref no. 2025550143, room 202, floor 555, 0143 steps, aged 202, since 555."""
    digits = phone.digits
    a, b, *rest = phone.groups if len(phone.groups) > 2 else (digits[:3], digits[3:6], digits[6:])
    number = rng.choice((" ", "", ".", "-", ",")).join(phone.groups)
    return say("patterns", "posing", rng).format(number=number, a=a, b=b, c="".join(rest))


PHONES: dict[str, PhoneRewriter] = {
    "P01": plain,
    "P02": separators,
    "P03": spaced,
    "P04": interleaved,
    "P05": tagged,
    "P06": spelled,
    "P07": mixed,
    "P08": grouped,
    "P09": multiplied,
    "P10": misspelled_words,
    "P11": homophones,
    "P12": letters,
    "P13": cyrillic,
    "P14": styled,
    "P15": native,
    "P16": visual,
    "P17": emoji,
    "P18": roman,
    "P19": arithmetic,
    "P20": area_by_name,
    "P21": vanity,
    "P22": hidden_country,
    "P23": backwards,
    "P24": posing,
    "P25": foreign,
    "P26": compound,
}
