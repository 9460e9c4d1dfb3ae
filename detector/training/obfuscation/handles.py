"""Profile names and messenger ids in disguise.

Every rewriter is `(name, lang, rng) -> text`; `SOCIALS`, `MESSENGERS` and `PAYMENTS` name them by family.
"""

from collections.abc import Callable
from random import Random

from detector.training.obfuscation.addresses import dot_word
from detector.training.obfuscation.characters import leet, letter_spaced
from detector.training.obfuscation.identifiers import code, phone, title
from detector.training.obfuscation.lexicon import say
from detector.training.obfuscation.urls import search_me

HandleRewriter = Callable[[str, str, Random], str]


def at_sign(name: str, _lang: str, rng: Random) -> str:
    """H01: @villa_anna."""
    return f"@{rng.choice(('', '', '', ' '))}{name}"


def bare(name: str, lang: str, rng: Random) -> str:
    """H02: villa_anna, villa underscore anna, at villa dot anna; the network's name, if any, stands elsewhere."""
    if rng.random() < 0.6:
        return name
    text = (
        name.replace("_", f" {say('underscore', lang, rng)} ")
        .replace(".", f" {dot_word(lang, rng)} ")
        .replace("-", " dash ")
    )
    return rng.choice(("", "", "at ", "@ ")) + text


def abbreviated(table: str) -> HandleRewriter:
    """H03: ig: villa_anna, wapp villa_anna, 微信 villa_anna; the networks are the entry of `table`."""

    def rewrite(name: str, _lang: str, rng: Random) -> str:
        joint = rng.choice((": ", ": ", " ", " ", ":", " - ", "@", " @", " = ", "/", " -> "))
        return f"{say('networks', table, rng)}{joint}{name}"

    return rewrite


def beside_emoji(table: str) -> HandleRewriter:
    """H04: 📸 villa_anna, ✈️ villa_anna; the emoji are the entry of `table`."""

    def rewrite(name: str, _lang: str, rng: Random) -> str:
        return f"{say('networks', table, rng)}{rng.choice((' ', ' ', '', ': ', ' @'))}{name}"

    return rewrite


def scanned(name: str, lang: str, rng: Random) -> str:
    """H08: scan the QR in photo 4; snapcode in photo 2; QR in picture 3 (villa_anna)."""
    return say("qr", lang, rng).format(n=rng.randrange(2, 30), name=name)


def same_name(_name: str, _lang: str, rng: Random) -> str:
    """H06: same name on the blue app; Villa Luna on the green app."""
    return say("patterns", "same", rng).format(title=title(rng))


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
    "H03": abbreviated("social"),
    "H04": beside_emoji("social_emoji"),
    "H05": profile_link,
    "H06": page,
    "H07": split_up,
    "H08": scanned,
}
MESSENGERS: dict[str, HandleRewriter] = {
    "H01": at_sign,
    "H02": bare,
    "H03": abbreviated("messenger"),
    "H05": invite,
    "H06": same_name,
    "H07": split_up,
    "H08": scanned,
    "H09": numeric_id,
}
PAYMENTS: dict[str, HandleRewriter] = {"H10": payment, "U05": search}
