"""E-mail addresses in disguise: `(address, lang, rng) -> text`; `EMAILS` names the rewriters by family."""

from collections.abc import Callable
from random import Random

from detector.training.obfuscation.characters import letter_spaced
from detector.training.obfuscation.lexicon import say, words

AddressRewriter = Callable[[str, str, Random], str]

_PARTS = {"_": "underscore", "-": "dash|hyphen|minus", "/": "slash"}


def at_word(lang: str, rng: Random) -> str:
    """How the language says '@'."""
    return say("at", lang, rng)


def dot_word(lang: str, rng: Random) -> str:
    """How the language says '.' in an address."""
    return say("dot", lang, rng)


def plain(address: str, _lang: str, rng: Random) -> str:
    """E01: anna@example.com."""
    return rng.choice((address, address, address.upper(), address.capitalize()))


def bracketed(address: str, lang: str, rng: Random) -> str:
    """E02: anna[at]example[dot]com, anna(at)example.com."""
    left, right = rng.choice(("[]", "()", "{}", "<>", "**", "__", "--", "||", "«»"))
    gap = rng.choice(("", "", " "))

    def wrap(word: str) -> str:
        return f"{gap}{left}{word.strip('()')}{right}{gap}"

    address = address.replace("@", wrap(at_word(lang, rng)))
    return address.replace(".", wrap(dot_word(lang, rng))) if rng.random() < 0.7 else address


def spoken(address: str, lang: str, rng: Random) -> str:
    """E03: anna at example dot com, in ten languages."""
    text = address
    for mark, names in _PARTS.items():
        if rng.random() < 0.7:
            text = text.replace(mark, f" {rng.choice(names.split('|'))} ")
    return text.replace("@", f" {at_word(lang, rng)} ").replace(".", f" {dot_word(lang, rng)} ")


def swapped(address: str, lang: str, rng: Random) -> str:
    """E04: anna/example/com, annaATexampleDOTcom, anna_at_example.com, anna, example, com."""
    at, dot = rng.choice(
        (say("patterns", "swap", rng).split(), (f" {at_word(lang, rng)} ", "."), (" ", " "), (", ", ", "), ("@", " "))
    )
    return address.replace("@", rng.choice((at, at, f" {at} "))).replace(".", dot)


def provider_only(address: str, lang: str, rng: Random) -> str:
    """E05: anna.host, the google mail one; gmail: anna.host."""
    parts = {
        "local": address.split("@", maxsplit=1)[0],
        "provider": say("names", "providers", rng),
        "at": at_word(lang, rng),
    }
    return say("patterns", "provider", rng).format(**parts)


def lookalike_at(address: str, _lang: str, rng: Random) -> str:
    """E06: anna＠example.com, annaⓐexample.com."""
    return address.replace("@", rng.choice(("＠", "﹫", "ⓐ", " ＠ ", "Ⓐ", "(a)", " (@) "))).replace(
        ".", rng.choice((".", ".", "。", "．", "․"))
    )


def spaced(address: str, _lang: str, rng: Random) -> str:
    """E07, U04: a n n a @ ex ample . com."""
    if rng.random() < 0.45:
        return letter_spaced(address, rng)
    return address.replace("@", rng.choice((" @ ", "@ ", " @"))).replace(".", rng.choice((" . ", " .", ". ")))


def phonetic(address: str, lang: str, rng: Random) -> str:
    """E08: A as in Alpha, N as in November; or letter by letter."""
    local, host = address.split("@")
    local = "".join(c for c in local if c.isascii() and c.isalpha())[:8] or "anna"
    if rng.random() < 0.6:
        letters = ", ".join(
            f"{c.upper()} {rng.choice(('as in', 'for', 'like'))} {words('names', 'phonetic')[ord(c.lower()) - 97]}"
            for c in local
        )
    else:
        letters = rng.choice(("-", " ", ", ", ".")).join(rng.choice((local, local.upper())))
    return f"{letters} {at_word(lang, rng)} {host.replace('.', f' {dot_word(lang, rng)} ')}"


def punycode(address: str, _lang: str, rng: Random) -> str:
    """E09: a domain with accents, or its punycode."""
    local, at, host = address.rpartition("@")
    name, _, suffix = host.partition(".")
    name = name.replace("a", rng.choice("áàä"), 1).replace("o", rng.choice("öóø"), 1)
    encoded = f"{name}.{suffix}"
    return local + at + (encoded.encode("idna").decode() if rng.random() < 0.6 else encoded)


def reversed_address(address: str, _lang: str, _rng: Random) -> str:
    """E10: moc.elpmaxe@anna."""
    return address[::-1]


EMAILS: dict[str, AddressRewriter] = {
    "E01": plain,
    "E02": bracketed,
    "E03": spoken,
    "E04": swapped,
    "E05": provider_only,
    "E06": lookalike_at,
    "E07": spaced,
    "E08": phonetic,
    "E09": punycode,
    "E10": reversed_address,
}
