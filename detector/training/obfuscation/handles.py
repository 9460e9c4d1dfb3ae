"""Profile names and messenger ids in disguise.

Every rewriter is `(name, lang, rng) -> text`; `SOCIALS`, `MESSENGERS` and `PAYMENTS` name them by family.
"""

from collections.abc import Callable
from random import Random

from detector.training.obfuscation.addresses import dot_word
from detector.training.obfuscation.characters import leet, letter_spaced
from detector.training.obfuscation.identifiers import code, phone, title
from detector.training.obfuscation.lexicon import say, weight
from detector.training.obfuscation.phones import PHONES
from detector.training.obfuscation.urls import search_me

HandleRewriter = Callable[[str, str, Random], str]


def at_sign(name: str, _lang: str, rng: Random) -> str:
    """H01: @villa_anna."""
    return f"@{rng.choice(('', '', '', ' '))}{name}"


def bare(name: str, _lang: str, _rng: Random) -> str:
    """H02: villa_anna, where the network's name, if any, stands elsewhere."""
    return name


def spoken(name: str, lang: str, rng: Random) -> str:
    """H02: villa underscore anna, at villa dot anna."""
    text = (
        name.replace("_", f" {say('underscore', lang, rng)} ")
        .replace(".", f" {dot_word(lang, rng)} ")
        .replace("-", " dash ")
    )
    return rng.choice(("", "", "at ", "@ ")) + text


def split_up(name: str, _lang: str, rng: Random) -> str:
    """H07: v1ll4_4nn4, villa (anna), v i l l a _ a n n a, vi lla.an na."""
    style = rng.randrange(4)
    if style == 0:
        return leet(name, rng)
    if style == 1:
        return letter_spaced(name, rng)
    if style == 2:
        cut = rng.randrange(1, max(2, len(name) - 1))
        return f"{name[:cut]}{rng.choice((' ', ' (', ' + ', '-', ' - ', ' / '))}{name[cut:]}".replace(
            " (" + name[cut:], f" ({name[cut:]})"
        )
    return rng.choice((" ", " . ", " _ ")).join(name.replace("_", ".").replace("-", ".").split("."))


def page(_name: str, _lang: str, rng: Random) -> str:
    """H06: a profile called by its title."""
    return rng.choice(("", "", '"')) + title(rng)


def profile_link(name: str, lang: str, rng: Random) -> str:
    """H05: ig.me/villa_anna, instagram.com/villa_anna, fb dot com slash villa anna."""
    host = rng.choice(
        (
            "instagram.com",
            "ig.me",
            "facebook.com",
            "fb.com",
            "fb.me",
            "tiktok.com",
            "m.facebook.com",
            "linktr.ee",
            "vk.com",
        )
    )
    link = f"{host}/{name}"
    return link.replace("/", " slash ").replace(".", f" {dot_word(lang, rng)} ") if rng.random() < 0.35 else link


def invite(name: str, lang: str, rng: Random) -> str:
    """H05: wa.me/12025550143, t.me/villa_anna, t dot me slash villa_anna."""
    called = phone(rng, lang)
    number = called.country + called.digits.removeprefix("0")
    link = say("patterns", "invite", rng).format(name=name, code=code(rng), number=number)
    style = rng.randrange(5)
    if style == 0:
        return link.replace("/", " slash ").replace(".", f" {dot_word(lang, rng)} ")
    return link.replace(".", " . ").replace("/", " / ") if style == 1 else link


def number(_name: str, lang: str, rng: Random) -> str:
    """P01 to P25: a telephone number that a messenger uses."""
    families = list(PHONES)
    family = rng.choices(families, [weight(name) for name in families])[0]
    return PHONES[family](phone(rng, lang), lang, rng)


def numeric_id(_name: str, _lang: str, rng: Random) -> str:
    """H09: an id of digits, for QQ or VK."""
    return rng.choice(("", "", "id", "ID ", "Q")) + str(rng.randrange(10**6, 10**10))


def payment(name: str, _lang: str, rng: Random) -> str:
    """H10: paypal.me/villaanna, revolut @villaanna."""
    return say("patterns", "payment", rng).format(name=name)


def search(name: str, lang: str, rng: Random) -> str:
    """U05: google Villa Luna Sereno."""
    return search_me(name, lang, rng)


SOCIALS: dict[str, HandleRewriter] = {
    "H01": at_sign,
    "H02": bare,
    "H03": spoken,
    "H05": profile_link,
    "H06": page,
    "H07": split_up,
}
MESSENGERS: dict[str, HandleRewriter] = {
    "H01": at_sign,
    "H02": bare,
    "H03": spoken,
    "H04": number,
    "H05": invite,
    "H07": split_up,
    "H09": numeric_id,
}
PAYMENTS: dict[str, HandleRewriter] = {"H10": payment, "U05": search}
