"""Web addresses in disguise: `(address, lang, rng) -> text`; `URLS` names the rewriters by family."""

from random import Random

from detector.training.obfuscation.addresses import AddressRewriter, dot_word, punycode, spoken
from detector.training.obfuscation.characters import homoglyphs, invisible
from detector.training.obfuscation.identifiers import code, title
from detector.training.obfuscation.lexicon import say


def link(address: str, _lang: str, rng: Random) -> str:
    """U01: https://example.com/rooms?id=12."""
    path = rng.choice(
        ("", "", "/", "/rooms", "/book", "/reservas?lang=es", "/contact.html", "/villa/12", f"/{code(rng)}")
    )
    return f"{rng.choice(('https://', 'http://', 'https://www.', 'www.', 'http://www.', 'www.'))}{address}{path}"


def bare(address: str, _lang: str, rng: Random) -> str:
    """U02: example.com."""
    return rng.choice(
        (address, address, address.upper(), address.title(), f"{address}/rooms", f"{address}/{code(rng)[:5]}")
    )


def spoken_url(address: str, lang: str, rng: Random) -> str:
    """U03: example dot com, example(.)com, hxxp://example[.]com, www dot example dot com."""
    style = rng.randrange(5)
    if style == 0:
        return rng.choice(("hxxp://", "hxxps://", "")) + address.replace(
            ".", rng.choice(("[.]", "(.)", "{.}", "[dot]", "(dot)"))
        )
    dot = dot_word(lang, rng)
    prefix = rng.choice(("", "", "", f"www {dot} ", f"w w w {dot} ", f"triple w {dot} "))
    return prefix + spoken(address, lang, rng) if style < 4 else prefix + address.replace(".", f" {dot} ")


def symbol_dots(address: str, _lang: str, rng: Random) -> str:
    """U04: www . example . com, example,com, example•com, example⚫com."""
    dot = rng.choice(
        (" . ", ". ", " .", ",", " , ", "•", " • ", "⚫", "🔴", "。", "·", "*", "-", " _ ", "’", " ", "▪️", "🔵", "(•)")
    )
    return rng.choice(("", "", "www.", "www. ")).replace(".", dot) + address.replace(".", dot)


def search_me(address: str, lang: str, rng: Random) -> str:
    """U05: google Villa Luna Sereno; the domain without its ending."""
    name = rng.choice((address.split(".", maxsplit=1)[0], title(rng)))
    return f"{say('search', lang, rng)} {rng.choice(('', chr(34)))}{name}"


def shortener(_address: str, _lang: str, rng: Random) -> str:
    """U06: a short link or a page of links."""
    host = rng.choice(
        (
            "tinylnk.example",
            "bit.example",
            "shrt.example",
            "lnk.bio.example",
            "goto.example",
            "linkpage.example",
            "qr.example",
        )
    )
    return f"{host}/{code(rng)[:7]}"


def homograph(address: str, _lang: str, rng: Random) -> str:
    """U07: a Cyrillic letter in the domain."""
    return homoglyphs(address, rng)


def credentials(_address: str, _lang: str, rng: Random) -> str:
    """U10: an address of numbers, with a port or a user."""
    user, path = rng.choice(("", "user@", "host@")), rng.choice(("", ":8080", "/villa", ":8443/book"))
    return f"http://{user}203.0.113.{rng.randrange(1, 255)}{path}"


def invisible_url(address: str, _lang: str, rng: Random) -> str:
    """U12: zero-width characters inside the domain."""
    return invisible(address, rng)


def described(address: str, lang: str, rng: Random) -> str:
    """U13: our name plus com, written together."""
    name, _, suffix = address.partition(".")
    dot = dot_word(lang, rng)
    name = rng.choice((name.replace("-", " "), title(rng)))
    return say("patterns", "domain", rng).format(name=name, suffix=suffix.replace(".", f" {dot} "), dot=dot)


URLS: dict[str, AddressRewriter] = {
    "U01": link,
    "U02": bare,
    "U03": spoken_url,
    "U04": symbol_dots,
    "U06": shortener,
    "U07": homograph,
    "U08": punycode,
    "U10": credentials,
    "U12": invisible_url,
    "U13": described,
}
